"""A report of invented words, counted by hand: what the Word and PDF editions are held to."""

from io import BytesIO

from PIL import Image

from neoterra_analysis.pages.model import Bullets, KeyPoints, Paragraph, Picture, Report, Run, Section, Table

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}}",
    "=cmd|' /C calc'!A0",
    '#eval("1+1") $x$ *gras* _i_ @ref <label> `code` \\u{41} = titre // fin',
    "&amp; &lt; ]]> <!-- -->",
    "\u05d0\u05d1\u05d2",
    "mot" * 300,
)
TURNED = "avant \u202edessus-dessous"
HEADS = ["Enjeux couverts", "Les deux rôles", "Un détail", "Lauréats"]
ALTS = ["Deux barres : 3 et 5.", "Une échelle haute."]


def picture(key, title, alt, wide, high):
    """Draw a grey rectangle as SVG and as PNG."""
    file = BytesIO()
    Image.new("RGB", (wide, high), "#777777").save(file, "PNG", dpi=(72, 72))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}pt" height="{high}pt" viewBox="0 0 {wide} {high}">'
        f'<title>t</title><rect width="{wide}" height="{high}" fill="#777777"/></svg>'
    )
    return Picture(key, title, alt, svg.encode(), file.getvalue())


def cells(*texts):
    return tuple((Run(text),) for text in texts)


def report(lang="fr"):
    """Four headings on three levels, two pictures, three tables (one wide), links to each kind of id."""
    wide = tuple(f"Département{n}" for n in range(1, 9))
    tables = (
        Table(
            "table-roles",
            "Les rôles",
            ("Rôle", "Effectif"),
            (((Run("Connecteur", "laureate-alpha"),), (Run("5"),)), cells("Aiguillon", "3")),
            numeric=(1,),
            ids=("row-connecteur", ""),
        ),
        Table("table-wide", "Par département", wide, (cells(*"12345678"),) * 3, numeric=tuple(range(1, 8))),
        Table("table-long", "Beaucoup de lignes", ("Nom", "Texte"), tuple(cells(f"n{i}", "t") for i in range(90))),
    )
    said = (Run("5", "table-roles"), Run(" lauréats sur "), Run("8", "figure-02-roles", True), Run(" sont là."))
    detail = Section(
        "detail",
        HEADS[2],
        (Paragraph((Run("Voir "), Run("ce constat", "claim-one"), Run(".")), ""), tables[2]),
    )
    roles = Section(
        "roles",
        HEADS[1],
        (
            Paragraph(said, "claim-one"),
            picture("02-roles", "Cinq connecteurs", ALTS[0], 400, 200),
            tables[0],
            Bullets(((Run("Premier"),), (Run("Second", "laureate-alpha"),))),
        ),
        (detail,),
    )
    last = Section("laureate-alpha", HEADS[3], (picture("05-high", "Haute", ALTS[1], 200, 900), tables[1]))
    return Report(
        lang,
        "Le rapport",
        "En quatre analyses",
        "Fiche inventée",
        "abc123",
        (
            Section("enjeux", HEADS[0], (Paragraph((Run("Tout commence ici."),)),), (roles,)),
            last,
        ),
    )


def hostile(text):
    """Put a text in every place that a report has for one."""
    run = (Run(text, "here"),)
    blocks = (
        Paragraph((Run(text), Run(text, "here", True)), "here"),
        Bullets((run,)),
        picture("01-a", text, text, 40, 20),
        Table("table-a", text, (text, "b"), (((Run(text),), run),)),
    )
    return Report("fr", text, text, text, text, (Section("one", text, blocks),))


def fiche(lang="fr"):
    """A key point, a line that ends early, columns of given widths, a section on its own page, links to the annex."""
    key = KeyPoints(
        (((Run("Cinq sur huit sont connecteurs."),), (Run("Tient à un codage près.", "beside#claim-one"),)),)
    )
    lines = (Run("Alpha"), Run("\n"), Run("Bordeaux"))
    cells = (lines, (Run("annexe", "beside#table-roles"),))
    first = Section("first", "À retenir", (key, Table("table-a", "Deux", ("Nom", "Texte"), (cells,), widths=(1, 3))))
    second = Section("second", "La suite", (Paragraph((Run("un"), Run("\n"), Run("deux"))),), fresh=True)
    return Report(lang, "La fiche", "Lue", "Fiche inventée", "abc", (first, second), kind="fiche", beside="annex-fr")
