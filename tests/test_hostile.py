"""Documents made to do harm, or broken: each is refused in one line, with little memory."""

import json
import os
import stat
import subprocess
import sys
import zipfile
import zlib
from functools import cache
from io import BytesIO

import docx
import pytest
import typst

from neoterra_analysis.fiches.documents import limits, read
from neoterra_analysis.fiches.documents.limits import DocumentError

MEGABYTE = 1 << 20
MOST = 512 * MEGABYTE
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.{}+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
MAIN = "openxmlformats-officedocument.wordprocessingml.document.main"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HELLO = f"<w:document {W}><w:body><w:p><w:r><w:t>bonjour</w:t></w:r></w:p></w:body></w:document>"


def archive(file, members, main=MAIN):
    """Write a Word document with more members, ``(name or ZipInfo, content)``."""
    own = {"[Content_Types].xml": TYPES.format(main), "_rels/.rels": RELATIONS, "word/document.xml": HELLO}
    own |= {name: content for name, content in members if name in own}
    others = [(name, content) for name, content in members if name not in own]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name, content in [*own.items(), *others]:
            made.writestr(name, content)


def body(content, start=""):
    return [("word/document.xml", f"{start}<w:document {W}><w:body>{content}</w:body></w:document>")]


@cache
def swelling():
    """Make an archive with a member that inflates to 300 MB."""
    file = BytesIO()
    archive(file, [])
    with (
        zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
        made.open("word/a.xml", "w") as part,
    ):
        part.write(b"<a>")
        for _ in range(300):
            part.write(b" " * MEGABYTE)
    return file.getvalue()


def dishonest():
    """Declare 9 bytes for a member that inflates to 300 MB."""
    raw = bytearray(swelling())
    at = raw.rindex(b"PK\x01\x02")
    raw[at + 24 : at + 28] = (9).to_bytes(4, "little")
    return bytes(raw)


def twice(file):
    with pytest.warns(UserWarning, match="Duplicate"):
        archive(file, [("a.xml", "<a/>"), ("a.xml", "<b/>")])


def flagged(file):
    archive(file, [])
    raw = bytearray(file.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(raw)


def linked():
    info = zipfile.ZipInfo("word/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def truncated(file):
    docx.Document().save(file)
    file.write_bytes(file.read_bytes()[:-3000])


def corrupted(file):
    archive(file, [(zipfile.ZipInfo("word/a.bin"), "abc")])
    raw = file.read_bytes()
    file.write_bytes(raw.replace(b"abc", b"abd"))


def zips(file):
    archive(file.with_name("inner.docx"), [])
    with zipfile.ZipFile(file, "w") as made:
        for number in range(9):
            made.write(file.with_name("inner.docx"), f"{number}.docx")


def pdf(*objects, also=b""):
    """Make a PDF of objects, without the table of their places."""
    parts = [b"%d 0 obj\n%s\nendobj\n" % (number, content) for number, content in enumerate(objects, 1)]
    return b"%PDF-1.4\n" + b"".join(parts) + b"trailer\n<< /Root 1 0 R /Size 9 %s >>\n%%%%EOF\n" % also


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R /Resources << >> >>"


@cache
def spaces():
    """Compress 300 MB."""
    machine = zlib.compressobj(1)
    return b"".join(machine.compress(b" " * MEGABYTE) for _ in range(300)) + machine.flush()


def stream(times):
    """Make a stream that inflates to 300 MB, after as many filters."""
    content = spaces()
    for _ in range(times - 1):
        content = zlib.compress(content)
    filters = b"/FlateDecode " * times
    return b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (len(content), filters, content)


def encrypted():
    lock = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"41" * 32, b"42" * 32)
    empty = b"<< /Length 0 >>\nstream\n\nendstream"
    return pdf(*CATALOG, PAGE, empty, lock, also=b"/Encrypt 5 0 R /ID [<00> <00>]")


def damaged():
    """Damage the compressed text of a page in its middle; a lenient reader would pass over the rest of it."""
    raw = bytearray(typeset("#lorem(200)"))
    at = raw.index(b"stream", raw.index(b"FlateDecode")) + 7
    raw[at + 200] ^= 0xFF
    return bytes(raw)


def typeset(source):
    return typst.compile(source.encode())


ENTITIES = '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<?xml version="1.0" encoding="UTF-{}"?><!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
HIDDEN = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-'

# The name of each file, how it is made (its bytes, members of an archive, or a function), and a part of the refusal.
CASES = {
    "outside.docx": (body("<w:p/>", OUTSIDE.format(8)), "declares a document type or entities"),
    "outside16.docx": (
        [("word/document.xml", body("<w:p/>", OUTSIDE.format(16))[0][1].encode("utf-16"))],
        "declares a document type or entities",
    ),
    "bomb.docx": (body("<w:p><w:r><w:t>&b;</w:t></w:r></w:p>", ENTITIES), "declares a document type or entities"),
    "related.docx": ([("word/_rels/a.xml.rels", f"{ENTITIES}<a/>")], "declares a document type or entities"),
    "late.docx": ([("word/a.xml", "<a>" + " " * (MEGABYTE - 7) + ENTITIES)], "declares a document type or entities"),
    "hidden.docx": ([("word/a.xml", f"{HIDDEN}<a/>")], "not XML in UTF-8 or UTF-16"),
    "other.docx": ([("word/a.xml", "a")], "not XML in UTF-8 or UTF-16"),
    "slip.docx": ([("../../evil.xml", "<a/>")], "would leave its folder"),
    "root.docx": ([("/etc/evil.xml", "<a/>")], "would leave its folder"),
    "drive.docx": ([("C:/evil.xml", "<a/>")], "would leave its folder"),
    "back.docx": ([("word\\..\\evil.xml", "<a/>")], "would leave its folder"),
    "link.docx": ([(linked(), "/etc/hostname")], "would leave its folder or is a link"),
    "line.docx": ([("a\nb/../c", "")], "would leave its folder"),
    "twice.docx": (twice, "twice"),
    "case.docx": ([("WORD/document.xml", "<a/>")], "twice"),
    "locked.docx": (flagged, "encrypted"),
    "swelling.docx": (swelling, "out of all measure"),
    "dishonest.docx": (dishonest, "out of all measure"),
    "many.docx": ([(f"word/{number}.xml", "<a/>") for number in range(2500)], "more than 2000 members"),
    "paragraphs.docx": (body("<w:p/>" * 1_000_000), "XML elements"),
    "rows.docx": (body("<w:p/>" * 30_000), "more than 20,000 paragraphs"),
    "deep.docx": (body("<w:sdt>" * 3000 + "</w:sdt>" * 3000), "cannot be read"),
    "cut.docx": (truncated, "damaged or incomplete"),
    "changed.docx": (corrupted, "damaged or incomplete"),
    "start.docx": (b"PK\x03\x04", "damaged or incomplete"),
    "zips.zip": (zips, "zip archive"),
    "zips.docx": (zips, "but the content is something else: zip archive"),
    "macros.docm": ("ms-word.document.macroEnabled.main", "with macros is not opened"),
    "macros.docx": ("ms-word.document.macroEnabled.main", "Word document with macros"),
    "project.docx": ([("word/vbaProject.bin", "x")], "Word document with macros"),
    "book.docx": ("book", "something else: Excel workbook"),
    "really-zip.pdf": ([], "ends in .pdf (PDF), but the content is something else: Word document"),
    "really-text.pdf": (b"bonjour", "something else: text"),
    "really-page.txt": (b"<!DOCTYPE html><p>x", "something else: HTML page"),
    "program.txt": (b"MZ\x90\x00\x03\x00\x00\x00", "something else: program"),
    "old.docx": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "something else: old Microsoft Office format"),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save the document as .docx, without a password"),
    "rich.rtf": (b"{\\rtf1 x}", "this form is not read: RTF text"),
    "image.html": (b"\x89PNG\r\n\x1a\n", "something else: image"),
    "utf16.txt": ("bonjour".encode("utf-16"), "UTF-16"),
    "utf16le.txt": ("bonjour à tous".encode("utf-16-le"), "UTF-16"),
    "latin.txt": (b"bonjour\n\xe0 tous", "byte 0xE0, line 2 (byte 9 of the file)"),
    "zero.txt": (b"bon\x00jour", "control characters"),
    "noise.txt": (bytes(range(256)), "control characters"),
    "long.txt": (b"a " * (3 * MEGABYTE), "larger than 5 MB"),
    "lines.txt": (b"a\n\n" * 30_000, "more than 20,000 paragraphs"),
    "empty.txt": (b"", "empty"),
    "blank.html": (b" \n\t ", "empty"),
    "deep.html": (b"<html>" + b"<div>" * 100_000 + b"x", "inside each other"),
    "deep-table.html": (b"<html>" + b"<table><tr><td>" * 3000, "inside each other"),
    "captions.html": (b"<html>" + b"<table><caption>" * 60 + b"x", None),
    "one.html": (b"<html><p>" + b"a" * (12 * MEGABYTE), "too large a one"),
    "paragraphs.html": (b"<html>" + b"<p>x" * 30_000, "more than 20,000 paragraphs"),
    "wide.html": (b"<html><table>" + b"<tr><td colspan=1000 rowspan=65534>x" * 300, "more than 200,000 cells"),
    "stream.pdf": (lambda: pdf(*CATALOG, PAGE, stream(1)), "out of all measure"),
    "streams.pdf": (lambda: pdf(*CATALOG, PAGE, stream(2)), "512 MB"),
    "pages.pdf": (lambda: typeset("#for n in range(100) [#n #pagebreak()]"), "more than 60 pages"),
    "scan.pdf": (lambda: typeset("#rect(fill: black)"), "run OCR first"),
    "locked.pdf": (encrypted, "encrypted"),
    "cut.pdf": (lambda: typeset("bonjour")[:700], "cannot be read"),
    "damaged.pdf": (damaged, "does not inflate"),
    "noise.pdf": (b"%PDF-1.7\n" + bytes(range(256)) * 99, "cannot be read"),
    "missing.txt": (None, "does not exist"),
}

READ_ALL = """
import json, sys, time
from pathlib import Path
from neoterra_analysis.fiches.documents import DocumentError, read
for name in json.loads(sys.argv[2]):
    began, message = time.perf_counter(), None
    try:
        read(Path(sys.argv[1], name), "en")
    except DocumentError as error:
        message = str(error)
    print(json.dumps([name, message, time.perf_counter() - began]), flush=True)
"""
# A process takes over the peak of the one that starts it: so a small one starts the one that is measured.
MEASURE = """
import resource, subprocess, sys
done = subprocess.run([sys.executable, "-c", *sys.argv[1:]])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


def make(file, how):
    if how == "book":
        with zipfile.ZipFile(file, "w") as made:
            made.writestr("xl/workbook.xml", "<workbook/>")
    elif isinstance(how, str):
        archive(file, [], how)
    elif isinstance(how, list):
        archive(file, how)
    elif isinstance(how, bytes):
        file.write_bytes(how)
    elif how in (twice, flagged, truncated, corrupted, zips):
        how(file)
    elif how:
        file.write_bytes(how())


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Read all the files in one process: what each is told, and the peak of memory in bytes."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, (how, _) in CASES.items():
        make(folder / name, how)
    command = [sys.executable, "-c", MEASURE, READ_ALL, str(folder), json.dumps(list(CASES))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    *answers, peak = done.stdout.splitlines()
    unit = 1 if sys.platform == "darwin" else 1024
    return {name: (message, seconds) for name, message, seconds in map(json.loads, answers)}, int(peak) * unit


@pytest.mark.parametrize("name", CASES)
def test_refused_in_one_line(told, name):
    message, why = told[0][name][0], CASES[name][1]
    if why is None:  # harmless, only slow to read if done badly
        assert message is None
    else:
        assert message is not None, "was read"
        assert message.startswith(f"{name}: ")
        assert why in message
        assert len(message.splitlines()) == 1


def test_little_memory(told):
    assert told[1] < MOST


def test_a_document_of_the_same_making_is_read(tmp_path):
    archive(tmp_path / "a.docx", [])
    assert [block.text.text for block in read(tmp_path / "a.docx").blocks] == ["bonjour"]
    (tmp_path / "b.pdf").write_bytes(typeset("bonjour"))
    assert [block.text.text for block in read(tmp_path / "b.pdf").blocks] == ["bonjour"]


def test_what_is_no_file(tmp_path):
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    os.mkfifo(tmp_path / "pipe.txt")
    for name, why in (("", "folder"), ("loop.txt", "cannot be opened"), ("pipe.txt", "not an ordinary file")):
        with pytest.raises(DocumentError, match=why):
            read(tmp_path / name, "en")


def test_a_file_that_is_too_large(tmp_path, monkeypatch):
    monkeypatch.setattr("neoterra_analysis.fiches.documents.MAX_FILE", 9)
    (tmp_path / "a.txt").write_text("0123456789")
    with pytest.raises(DocumentError, match="larger than"):
        read(tmp_path / "a.txt", "en")


def test_a_reader_that_takes_too_long(tmp_path, monkeypatch):
    monkeypatch.setattr("neoterra_analysis.fiches.documents.sandbox.PATIENCE", 0.001)
    (tmp_path / "a.html").write_text("<p>x")
    with pytest.raises(DocumentError, match="took more than"):
        read(tmp_path / "a.html", "en")


def test_names_cannot_break_the_line(tmp_path):
    (tmp_path / "a\nb.txt").write_bytes(b"\x00")
    with pytest.raises(DocumentError) as caught:
        read(tmp_path / "a\nb.txt", "en")
    assert len(str(caught.value).splitlines()) == 1


def test_french_by_default(tmp_path):
    with pytest.raises(DocumentError, match="^rien.txt\u202f: le fichier n'existe pas"):
        read(tmp_path / "rien.txt")


def test_an_archive_may_hold_folders_and_large_pictures(tmp_path):
    picture = os.urandom(3 * MEGABYTE)
    archive(tmp_path / "a.docx", [("word/media/", ""), ("word/media/a.png", picture)])
    assert "word/media/a.png" in limits.check_archive((tmp_path / "a.docx").read_bytes())
