"""The data dictionary for people, written from ``datapackage.json``."""

from pathlib import Path

from ..words import files
from . import rules

START, END = "<!-- dictionary: start -->", "<!-- dictionary: end -->"


def render(folder):
    """Write the data dictionary of a data folder as Markdown, in French with the English beside it."""
    return "\n\n".join(_table(resource) for resource in rules.tables(folder).values())


def _table(resource):
    schema = resource["schema"]
    lines = [f"### {resource['path']}", "", f"{resource['description']} *{resource['description_en']}*", ""]
    lines += [f"Clé (*key*) : {', '.join(f'`{name}`' for name in schema['primaryKey'])}.", ""]
    lines += ["| colonne | type | obligatoire | sens | *meaning* | exemple |", "|---|---|---|---|---|---|"]
    links = {foreign["fields"][0]: foreign["reference"]["resource"] for foreign in schema.get("foreignKeys", [])}
    for field in schema["fields"]:
        required = "oui" if field.get("constraints", {}).get("required") else ""
        kind = field["type"] + (f" → {links[field['name']]}" if field["name"] in links else "")
        cells = [
            f"`{field['name']}`",
            kind,
            required,
            field["description"],
            field["description_en"],
            field["example"],
        ]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    for field in schema["fields"]:
        if "categories" in field:
            lines += ["", f"Codes de `{field['name']}` :", ""]
            lines += [_code(category) for category in field["categories"]]
    return "\n".join(lines)


def _code(category):
    text = f"- `{category['value']}`"
    if category["label"] != category["value"]:
        text += f" : {category['label']} (*{category['label_en']}*)"
    if category["description"]:
        text += f". {category['description']} *{category['description_en']}*"
    return text


def update(folder):
    """Return the text of ``README.md`` of a data folder with its dictionary written anew between the two marks."""
    text = (Path(folder) / "README.md").read_text(encoding="utf-8")
    if text.count(START) != 1 or text.count(END) != 1:
        raise ValueError(f"README.md: {START} and {END} must each stand once")
    head, rest = text.split(START)
    return f"{head}{START}\n\n{render(folder)}\n\n{END}{rest.split(END)[1]}"


def write(folder):
    """Write the dictionary in ``README.md`` of a data folder again; the file is replaced in one step."""
    return files.replace(Path(folder) / "README.md", update(folder))
