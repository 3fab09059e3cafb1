"""What the tests of the coding workbook share: edits as another program makes them, and edits of the XML itself."""

import zipfile

import openpyxl

LONGEST = 32767


def files(folder, only_files=False):
    """Return the files of a folder, ``{name: bytes}``; other folders in it are an error, or left out."""
    return {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file() or not only_files}


def brief(path):
    """Return what a refused import left behind in a folder."""
    return sorted(file.name for file in path.iterdir()) if path.exists() else []


def edited(file, target, change):
    """Save a workbook again by another program, with a change."""
    book = openpyxl.load_workbook(file)
    change(book)
    book.save(target)
    return target


def sheet_xml(archive):
    """Yield the part and the title of each sheet, in order, as this package numbers them."""
    book = archive.read("xl/workbook.xml").decode()
    for number, piece in enumerate(book.split('<sheet name="')[1:], 1):
        yield f"xl/worksheets/sheet{number}.xml", piece.split('"')[0]


def patched(file, target, parts=(), more=(), without=(), packed=zipfile.ZIP_DEFLATED):
    """Copy a workbook with texts of its parts replaced, parts added and parts left out."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(target, "w", packed) as copy:
        for name in source.namelist():
            raw = source.read(name)
            for part, old, new in parts:
                if part == name:
                    assert old.encode() in raw, (part, old)
                    raw = raw.replace(old.encode(), new.encode(), 1)
            if name not in without:
                copy.writestr(name, raw)
        for name, raw in dict(more).items():
            copy.writestr(name, raw)
    return target


def added(sheet, old, new, packed=zipfile.ZIP_DEFLATED):
    """Return a change of the XML of a sheet, by its title."""

    def make(path, file):
        (part,) = [part for part, title in sheet_xml(zipfile.ZipFile(file)) if title == sheet]
        return patched(file, path, [(part, old, new)], packed=packed)

    return make
