import difflib
import json
import os
import random
import tomllib
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import pytest

import invented
import mutants
import slips
import source_slips
import test_coherence
import test_decisions
import test_held
from neoterra_analysis import DataError, load
from neoterra_analysis.dataset import accepted, csvfile
from neoterra_analysis.dataset.cells import findings
from neoterra_analysis.dataset.check import check
from neoterra_analysis.dataset.loading import digest_of
from neoterra_analysis.dataset.problems import Problem, as_github, as_json, as_text, visible
from neoterra_analysis.fiches import trace

LONG = "x" * 32768
BENCHMARKS = "benchmarks/README.md"
REAL = Path(os.environ.get("NEOTERRA_FICHE") or invented.DATA.parents[1] / "shared/source/fiche-ambition-4.txt")

# code, table, text to replace, what it becomes, physical line, column
REFUSED = [
    ("missing_column", "roles", "salience", "weight", 1, "salience"),
    ("unknown_column", "roles", "anchor", "anchor,extra", 1, "extra"),
    ("duplicate_column", "roles", "salience,anchor", "role,anchor", 1, "role"),
    ("blank_column", "roles", "salience,anchor", "salience,anchor,", 1, ""),
    ("extra_cells", "roles", "un aiguillon", "un aiguillon,trop", 2, ""),
    ("missing_cells", "roles", ",un aiguillon", "", 2, "anchor"),
    ("unclosed_quote", "roles", "un aiguillon", '"un aiguillon', 2, ""),
    ("stray_quote", "roles", "un aiguillon", 'un "aiguillon', 2, ""),
    ("wrong_delimiter", "roles", ",", "\t", 1, ""),
    ("title_row", "roles", "laureate_id,", "Les rôles\nlaureate_id,", 1, ""),
    ("repeated_header", "roles", "beta,connecteur", "laureate_id,role,salience,anchor\nbeta,connecteur", 4, ""),
    ("merge_conflict", "roles", "beta,connecteur", "<<<<<<< HEAD\nbeta,connecteur", 4, ""),
    ("replacement_char", "roles", "un aiguillon", "un aigu\ufffdllon", 2, "anchor"),
    ("bidi_override", "roles", "un aiguillon", "un \u202eaiguillon", 2, "anchor"),
    ("control_char", "roles", "un aiguillon", "un\x00 aiguillon", 2, "anchor"),
    ("mojibake", "themes", "une réponse", "une réponse", 0, ""),
    ("required", "roles", "un aiguillon", "", 2, "anchor"),
    ("required", "roles", "un aiguillon", "  ", 2, "anchor"),
    ("long_cell", "laureates", "Un,One", f"{LONG},One", 2, "summary_fr"),
    ("word_for_empty", "laureates", "Un,One", "NA,One", 2, "summary_fr"),
    ("not_date", "sources", "2026-01-31", "31/01/2026", 2, "retrieved"),
    ("excel_date", "mentions", "alpha,1,", "alpha,mars-12,", 2, "position"),
    ("excel_exponent", "mentions", "alpha,1,", "alpha,12E03,", 2, "position"),
    ("not_integer", "mentions", "alpha,1,", "alpha,un,", 2, "position"),
    ("not_finite", "mentions", "alpha,1,", "alpha,inf,", 2, "position"),
    ("spaced_number", "mentions", "alpha,1,", "alpha,1\u202f000,", 2, "position"),
    ("too_small", "mentions", "alpha,1,", "alpha,0,", 2, "position"),
    ("unknown_code", "roles", "inspirateur,stated", "inspirator,stated", 5, "role"),
    ("lookalike", "roles", "gamma", "gаmma", 5, "laureate_id"),
    ("letter_case", "roles", "gamma", "Gamma", 5, "laureate_id"),
    ("path_id", "roles", "gamma", "../gamma", 5, "laureate_id"),
    ("lost_zero", "laureates", "Ville,33", "Ville,1", 2, "department_stated"),
    ("pattern", "laureates", "Ville,33", "Ville,Gironde", 2, "department_stated"),
    ("long_anchor", "roles", "un aiguillon", "un deux trois quatre cinq six sept d'huit", 2, "anchor"),
    (
        "duplicate_row",
        "roles",
        "beta,aiguillon,stated,aussi aiguillon",
        "alpha,aiguillon,stated,un aiguillon",
        3,
        "role",
    ),
    ("duplicate_key", "roles", "beta,connecteur", "beta,aiguillon", 4, "role"),
    ("orphan", "roles", "gamma", "omega", 5, "laureate_id"),
    ("orphan", "relations", "beta,alpha", "beta,omega", 2, "to_id"),
    ("hole", "mentions", "beta,2,", "beta,4,", 7, "position"),
    ("no_parent", "mentions", "ovens,2", "ovens,9", 4, "parent_position"),
    ("nested_twice", "mentions", "Moulins,mill,", "Moulins,mill,1", 4, "parent_position"),
    (
        "shared_alias",
        "actors",
        "mill,Moulins,Moulins,Moulins,generic,company,,,,",
        "mill,Moulins,Moulins,Moulins,generic,company,,,mairie,",
        3,
        "aliases",
    ),
    ("alias_cycle", "actors", "", "", 0, ""),
    ("unknown_form", "mentions", "Moulins", "Moulin", 3, "mention"),
    ("two_principals", "roles", "aiguillon,stated,aussi", "aiguillon,principal,aussi", 4, "salience"),
    ("other_ambition", "themes", "held,a-1", "held,a-2", 4, "theme_id"),
    ("stated_twice", "laureates", "Ville,33,,", "Ville,33,64,un indice", 2, "department_inferred"),
    ("no_clue", "laureates", "64,un indice", "64,", 3, "inferred_from"),
    ("no_such_column", "readings", "salience", "weight", 2, "column"),
    ("no_such_row", "readings", "alpha/aiguillon", "alpha/connecteur", 2, "key"),
    ("no_subject", "claims", "evidence,held", "evidence,head", 6, "subject"),
    ("not_expected", "claims", "laureates,12", "laureates,douze", 3, "expected"),
    ("same_id", "laureates", "delta,Delta", "mill,Delta", 5, "laureate_id"),
    ("stale_reading", "readings", "salience,stated,principal", "salience,principal,stated", 2, "value"),
]
BY_HAND = {
    "duplicate_column": ("roles", ["laureate_id,role,role,anchor", *invented.TABLES["roles"][1:]]),
    "blank_column": ("roles", [f"{line}," for line in invented.TABLES["roles"]]),
    "mojibake": ("evidence", [line.replace("réponse", "rÃ©ponse") for line in invented.TABLES["evidence"]]),
    "alias_cycle": (
        "actors",
        [
            invented.TABLES["actors"][0],
            "town,Ville,Ville,Ville,institution,local_authority,local,,La Ville|mairie|Moulins,",
            "mill,Moulins,Moulins,Moulins,generic,company,,,Ville,",
            *invented.TABLES["actors"][3:],
        ],
    ),
}
PLACES = {"mojibake": ("evidence.csv", 4, "anchor"), "alias_cycle": ("actors.csv", 3, "aliases")}
PLACES["same_id"] = ("actors.csv", 3, "laureate_id")
PLACES["other_ambition"] = ("evidence.csv", 4, "theme_id")


@pytest.mark.parametrize(("code", "table", "old", "new", "line", "column"), REFUSED)
def test_each_rule_refuses(tmp_path, code, table, old, new, line, column):
    table, lines = BY_HAND.get(code) or (table, invented.replaced(table, old, new))
    folder = invented.write(tmp_path, **{table: lines})
    with pytest.raises(DataError) as refusal:
        load(folder)
    place = PLACES.get(code, (f"{table}.csv", line, column))
    at = [p for p in refusal.value.problems if (p.file, p.line, p.column) == place]
    assert code in [p.code for p in at], refusal.value.problems
    for lang in ("fr", "en"):
        told = as_text(next(p for p in at if p.code == code), lang)
        assert place[0] in told and str(place[1]) in told and place[2] in told and "{" not in told


NOTICES = {
    "bom": lambda raw: b"\xef\xbb\xbf" + raw,
    "line_ends": lambda raw: raw.replace(b"\n", b"\r\n"),
    "semicolon": lambda raw: raw.replace(b",", b";"),
    "blank_line": lambda raw: raw + b"\n",
    "odd_space": lambda raw: raw.replace(b"un aiguillon", "un\u00a0aiguillon".encode()),
    "outer_space": lambda raw: raw.replace(b"un aiguillon", b"un aiguillon  "),
    "zero_width": lambda raw: raw.replace(b"un aiguillon", "un ai\u200bguillon".encode()),
}


@pytest.mark.parametrize("code", NOTICES)
def test_harmless_is_told_and_loads_the_same(tmp_path, code):
    plain = load(invented.write(tmp_path / "plain"))
    folder = invented.write(tmp_path / "changed")
    file = folder / "roles.csv"
    file.write_bytes(NOTICES[code](file.read_bytes()))
    changed = load(folder)
    assert changed.digest == plain.digest
    assert code in [notice.code for notice in changed.notices]


def test_accents_apostrophes_and_decimal_commas_are_put_right(tmp_path):
    plain = load(invented.write(tmp_path / "plain", laureates=invented.replaced("laureates", ",Pain,", ",Pain d'été,")))
    folder = invented.write(
        tmp_path / "changed", laureates=invented.replaced("laureates", ",Pain,", ",Pain d’e\u0301te\u0301,")
    )
    (folder / "mentions.csv").write_text(
        "\n".join(invented.TABLES["mentions"]).replace(",", ";").replace(";1;", ";1,0;"), encoding="utf-8"
    )
    changed = load(folder)
    assert changed.digest == plain.digest
    assert {"nfd", "curly_apostrophe", "decimal_comma", "semicolon"} <= {n.code for n in changed.notices}


def test_an_encoding_is_announced_never_guessed(tmp_path):
    plain = load(invented.write(tmp_path / "plain"))
    folder = invented.write(tmp_path / "excel")
    file = folder / "actors.csv"
    file.write_bytes(file.read_text(encoding="utf-8").replace(",", ";").encode("cp1252"))
    with pytest.raises(DataError) as refusal:
        load(folder)
    assert [(p.code, p.line, p.value) for p in refusal.value.problems if p.file == "actors.csv"] == [
        ("not_utf8", 5, "0xC9")
    ]
    assert "--encoding cp1252" in str(refusal.value)
    announced = load(folder, encoding="cp1252")
    assert announced.digest == plain.digest and "announced" in [n.code for n in announced.notices]
    with pytest.raises(DataError, match="not_announced"):
        load(folder, encoding="no-such-encoding")


FRENCH = "Où l’été réveille la forêt, ça aide d’abord : « voilà » un rôle d'aiguillon."


@pytest.mark.parametrize("is_in", ["cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("said", [None, "cp1252", "mac_roman", "cp850", "latin-1"])
def test_the_encoding_that_makes_french_is_named(tmp_path, is_in, said):
    words = FRENCH.replace("’", "'") if is_in == "cp850" else FRENCH
    folder = invented.write(tmp_path, laureates=invented.replaced("laureates", "Un,One", f'"{words}",One'))
    file = folder / "laureates.csv"
    file.write_bytes(file.read_text("utf-8").encode(is_in))
    found = [p for p in [*check(folder, said).problems, *check(folder, said).notices] if p.file == file.name]
    codes = {problem.code: problem for problem in found}
    if said in (is_in, "latin-1" if is_in == "cp1252" and "’" not in words else is_in):
        assert codes["announced"].notice and "wrong_encoding" not in codes
        return
    wrong = codes["not_utf8" if said is None else "wrong_encoding" if "wrong_encoding" in codes else "not_announced"]
    assert wrong.nearest == is_in and not wrong.notice and "announced" not in codes
    assert f"--encoding {is_in}" in wrong.words("fr")["fix"] or wrong.code == "not_announced"


def test_foreign_names_and_signs_are_no_wrong_encoding(tmp_path):
    text = "Muñoz & Bjørn™ : 12 °C, 3 €, l’œuvre d’Éric – « été » [à côté]"
    folder = invented.write(tmp_path, laureates=invented.replaced("laureates", "Un,One", f'"{text}",One'))
    file = folder / "laureates.csv"
    file.write_bytes(file.read_text("utf-8").encode("cp1252"))
    assert not [problem for problem in check(folder, "cp1252").problems if problem.file == file.name]


ERRORS = "#NOM? #REF! #N/A #VALEUR! #DIV/0! #NUL! #NOMBRE! #NAME? #VALUE! #NULL! #NUM! #SPILL! #CALC! #PROPAGATION!"


@pytest.mark.parametrize(
    "word", [*ERRORS.split(), "#GETTING_DATA", "#####", "Err:502", "NA", "NaN", "None", "nd", "n.d."]
)
def test_words_for_nothing_are_told_in_any_column(tmp_path, word):
    changed = invented.replaced("laureates", "Un,One", f"{word},One")
    report = check(invented.write(tmp_path, laureates=changed))
    found = [problem for problem in [*report.problems, *report.notices] if problem.value == word]
    code = "maybe_empty" if word[0] == "n" else "word_for_empty" if word[0] == "N" else "error_cell"
    assert [(p.code, p.line, p.column, p.notice) for p in found] == [(code, 2, "summary_fr", code == "maybe_empty")]


def test_words_within_a_text_and_codes_are_left_alone(tmp_path):
    changed = invented.replaced("laureates", "Un,One", "Le n° #1 ! ou NA ici,Nadine")
    assert not check(invented.write(tmp_path, laureates=changed)).problems
    field = {"name": "kind", "type": "string", "constraints": {"enum": ["NA", "nd"]}, "example": "NA"}
    assert findings("NA", field) == ("NA", []) and findings("nd", field) == ("nd", [])


def test_whole_files_that_cannot_be_read(tmp_path):
    folder = invented.write(tmp_path)
    (folder / "roles.csv").unlink()
    (folder / "enjeux.csv").write_bytes(b"")
    (folder / "themes.csv").write_bytes((folder / "themes.csv").read_text(encoding="utf-8").encode("utf-16"))
    found = {(p.file, p.line, p.code) for p in check(folder).problems}
    assert {("roles.csv", 0, "missing_file"), ("enjeux.csv", 0, "empty_file"), ("themes.csv", 1, "utf16")} <= found


def test_what_can_be_true_is_only_noticed(tmp_path):
    notices = [(n.code, n.file, n.line) for n in load(invented.write(tmp_path)).notices]
    alone = {("no_contribution", "laureates.csv", 4), ("no_passage", "laureates.csv", 4)}
    codes = ("no_contribution", "no_mention", "no_passage", "no_role")
    assert set(notices) == alone | {(code, "laureates.csv", 5) for code in codes} and len(notices) == 6


def test_every_rule_has_its_test():
    """The rules of the tables; those of drafts and of the workbook have theirs beside them."""
    words = tomllib.loads(
        (invented.DATA.parent / "src/neoterra_analysis/words/messages.toml").read_text(encoding="utf-8")
    )
    rules = {key.removeprefix("rule.") for key in words if key.startswith("rule.")}
    tested = {code for code, *_ in REFUSED} | set(NOTICES)
    tested |= {"nfd", "curly_apostrophe", "decimal_comma", "not_utf8", "announced", "not_announced"}
    tested |= {"wrong_encoding", "maybe_empty", "missing_file", "empty_file", "too_large", "utf16"}
    assert rules == tested | test_coherence.CODES | test_decisions.CODES | set(test_held.SLIPS)


def test_all_problems_come_in_one_pass_in_order(tmp_path):
    changed = {
        "roles": invented.replaced("roles", "stated", "statd"),
        "enjeux": invented.replaced("enjeux", "Second,Second,,", ",Second,,"),
        "evidence": invented.replaced("evidence", "held,beta", "held,omega"),
    }
    places = [(p.file, p.line) for p in check(invented.write(tmp_path, **changed)).problems]
    assert places == [("enjeux.csv", 3), ("evidence.csv", 4), ("roles.csv", 2), ("roles.csv", 3), ("roles.csv", 5)]


def test_one_slip_in_a_key_is_told_once(tmp_path):
    laureates = invented.replaced("laureates", "alpha,Alpha", "Alpha,Alpha")
    problems = check(invented.write(tmp_path, laureates=laureates)).problems
    assert [(p.file, p.code, p.nearest) for p in problems] == [("laureates.csv", "letter_case", "alpha")]


def test_the_nearest_of_many_values_is_that_of_difflib():
    draw = random.Random(4)
    many = sorted({"".join(draw.choices("aeilnrst-", k=draw.randint(3, 12))) for _ in range(3 * csvfile.FEW)})
    slips = ["".join(draw.choices("aeilnrstz-", k=draw.randint(1, 14))) for _ in range(40)]
    slips += [one[:2] + draw.choice("xe") + one[3:] for one in draw.sample(many, 40)]
    wanted = [next(iter(difflib.get_close_matches(slip, many, n=1, cutoff=csvfile.CUTOFF)), "") for slip in slips]
    assert [csvfile.nearest(slip, many) for slip in slips] == wanted
    assert "" in wanted and len(set(wanted)) > 40


def test_quotes_around_every_cell_change_nothing_but_what_they_hold():
    rows = [["a", "b,c", ""], ["", "", ""], ["d", "", " e "]]
    bare = "\n".join(",".join(cell if "," not in cell else f'"{cell}"' for cell in row) for row in rows)
    quoted = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    for end in ("", "\n", "\n\n"):
        records, faults = csvfile.split(bare + end, ",")
        assert not faults and [[cell.text for cell in record] for record in records[:3]] == rows
        assert (records, []) == csvfile.split(quoted + end, ",")
        assert [record[0].line for record in records] == [1, 2, 3, 4][: len(records)]


def test_a_mistyped_role_is_explained_in_french(tmp_path):
    folder = invented.write(tmp_path, roles=invented.replaced("roles", "connecteur", "conecteur"))
    with pytest.raises(DataError) as refusal:
        load(folder)
    told = str(refusal.value).replace("\u202f", " ")
    assert "roles.csv, ligne 4, colonne role : « conecteur »" in told
    assert "valeurs permises : aiguillon, inspirateur, connecteur" in told
    assert "écrivez « connecteur » au lieu de « conecteur »" in told


def test_formulas_and_markup_load_as_the_text_they_are(tmp_path):
    for text in ("=HYPERLINK(1)", "<script>alert(1)</script>", "+33", "@nom", "-1"):
        laureates = invented.replaced("laureates", "Un,One", f"{text},One")
        dataset = load(invented.write(tmp_path / str(len(text)), laureates=laureates))
        assert dataset.laureates["summary_fr"].iloc[0] == text


def test_machine_formats():
    problem = Problem("roles.csv", 4, "role", "unknown_code", "a%b\nc", ("aiguillon",), "aiguillon")
    (row,) = json.loads(as_json([problem], "en"))
    assert (row["code"], row["line"], row["severity"], row["value"]) == ("unknown_code", 4, "error", "a%b\nc")
    line = as_github(problem, "data", "fr")
    assert (
        line.startswith("::error file=data/roles.csv,line=4,title=unknown_code::")
        and "\n" not in line
        and "%25" in line
    )
    assert as_github(problem._replace(notice=True)).startswith("::notice ")


def test_invisible_characters_are_shown():
    assert visible("a\u00a0b\u202ec\x00") == "a‹U+00A0›b‹U+202E›c‹U+0000›"
    assert visible("Рole") == "Р‹U+0420›ole" and visible("été") == "été" and visible("e\u0301") == "e‹U+0301›"


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    import shutil

    folder = tmp_path_factory.mktemp("mutants") / "data"
    shutil.copytree(mutants.DATA, folder)
    return folder


@pytest.mark.slow
def test_no_mistake_is_silent(workplace, record_property):
    base = digest_of(check(workplace).content)
    made, silent, misplaced, misnamed, crashed = Counter(), [], [], [], []
    for mutant in mutants.all_mutants(every=mutants.EVERY):
        made[mutant.kind] += 1
        file = workplace / f"{mutant.table}.csv"
        sound = file.read_bytes()
        if mutant.content is None:
            file.unlink()
        else:
            file.write_bytes(mutant.content)
        try:
            report = check(workplace, mutant.encoding)
        except Exception as error:
            crashed.append((mutant.kind, mutant.table, repr(error)))
            continue
        finally:
            file.write_bytes(sound)
        told = report.problems or report.notices
        same = not report.problems and digest_of(report.content) == base
        place = (mutant.elsewhere or f"{mutant.table}.csv", mutant.line, mutant.column)
        at = [p.code for p in told if (p.file, p.line, p.column) == place]
        if not told or (not report.problems and not same) or (mutant.harmless and not same):
            silent.append((mutant.kind, place))
        if not at:
            misplaced.append((mutant.kind, place))
        elif not set(at) & set(mutant.codes):
            misnamed.append((mutant.kind, place, at))
    total = sum(made.values())
    classes = ", ".join(f"{kind} {number}" for kind, number in sorted(made.items()))
    record_property("told", f"{total} mutants in {len(made)} classes: {classes}")
    record_property(
        "told",
        f"silent {len(silent)}, location right {1 - len(misplaced) / total:.2%}, "
        f"cause right {1 - (len(misplaced) + len(misnamed)) / total:.2%}, tracebacks {len(crashed)}",
    )
    assert set(made) == set(mutants.CLASSES) and len(made) >= 45 and total * mutants.EVERY >= 2000
    assert not silent and not crashed
    assert len(misplaced) <= 0.01 * total, misplaced[:20]
    assert len(misplaced) + len(misnamed) <= 0.05 * total, misnamed[:20]


@contextmanager
def written(workplace, slip):
    """Write the tables of a slip over those of a folder, and put these back."""
    sound = {workplace / f"{table}.csv": (workplace / f"{table}.csv").read_bytes() for table in slip.tables}
    try:
        for table, rows in slip.tables.items():
            (workplace / f"{table}.csv").write_bytes(slips.as_bytes(table, rows))
        yield
    finally:
        for file, content in sound.items():
            file.write_bytes(content)


def told_of(record_property, group, told, made):
    """Tell how many slips of each class there were, and how they were told."""
    classes = Counter(slip.kind for slip in made)
    record_property("told", f"{group}: {len(made)} slips in {len(classes)} classes, {dict(told)}")
    assert set(classes) == {kind for kind, (own, *_) in slips.CLASSES.items() if own == group}


@pytest.mark.slow
def test_no_slip_that_the_table_betrays_is_silent(workplace, record_property):
    told, silent, misnamed, made = Counter(), [], [], list(mutants.all_slips("table", mutants.EVERY))
    for slip in made:
        with written(workplace, slip):
            report = check(workplace)
        codes = {one.code for one in (*report.problems, *report.notices)} - mutants.PUT_RIGHT
        told["refused" if report.problems else "noticed" if codes else "silent"] += 1
        if not codes:
            silent.append((slip.kind, [slips.differences(*one) for one in slip.tables.items()]))
        elif not codes & set(slip.codes):
            misnamed.append((slip.kind, codes))
    told_of(record_property, "table", told, made)
    assert not silent, silent[:5]
    assert len(misnamed) <= 0.02 * len(made) + 2, misnamed[:20]


@pytest.fixture(scope="module")
def copies():
    """Return the copies of the fiche that slips are traced in: one printed of the tables; the reader's, thoroughly."""
    found = [source_slips.fiche_of(slips.ROWS, "fiche-ambition-4")]
    if mutants.EVERY == 1 and REAL.exists():
        found.append(trace.read(REAL)[0])
    places = [trace.trace(invented.shipped(), text, "fiche-ambition-4") for text in found]
    assert all(set(frame["status"]) == {"found"} for frame in places)
    return found


@pytest.mark.slow
def test_no_slip_that_the_fiche_shows_is_silent(workplace, copies, record_property):
    told, silent, made = Counter(), [], list(mutants.all_slips("source", mutants.EVERY))
    for slip in made:
        with written(workplace, slip):
            report = check(workplace)
            dataset = None if report.problems else load(workplace)
        for text in copies if dataset else ():
            if set(trace.trace(dataset, text, "fiche-ambition-4")["status"]) == {"found"}:
                silent.append((slip.kind, [slips.differences(*one) for one in slip.tables.items()]))
        told["refused" if report.problems else "traced"] += 1
    told_of(record_property, "source", told, made)
    assert not silent, silent[:5]
    assert not told["refused"]


@pytest.mark.slow
def test_no_slip_against_what_was_accepted_is_silent(workplace, record_property):
    told, silent, made = Counter(), [], list(mutants.all_slips("accepted", mutants.EVERY))
    for slip in made:
        with written(workplace, slip):
            report, changes = check(workplace), accepted.changes(workplace)
        lost = set().union(*(slips.differences(*one) for one in slip.tables.items())) - slips.named(changes)
        silent += [(slip.kind, lost)] if lost else []
        told["refused" if report.problems else "also noticed" if report.notices else "named"] += 1
    told_of(record_property, "accepted", told, made)
    assert not silent, silent[:5]
    assert not told["refused"]


def test_the_readme_counts_the_mutants():
    readme, measured = ((invented.DATA.parent / name).read_text(encoding="utf-8") for name in ("README.md", BENCHMARKS))
    told = readme.split("how many mistakes get through")[1].split("## ")[0]
    rows = [line.strip("| ").split(" | ") for line in told.splitlines() if line.startswith("| ")]
    counts = mutants.counts()
    made = [counts[name] for name in (*slips.GROUPS, "harmless")]
    assert [row[1:] for row in rows[1:5]] == [[f"{len(one)}", f"{one.total():,}", "0"] for one in made]
    assert sum(len(counts[group]) for group in slips.GROUPS) >= 150
    assert sum(counts[group].total() for group in slips.GROUPS) >= 4000
    # What the benchmark measured, on at most four of each class, is told alike in both places.
    wrong, harmless = (sum(min(4, number) for number in counts[name].values()) for name in ("table", "harmless"))
    told = {row[0]: row[1:] for row in rows[5:]}
    table = [
        line for line in measured.split("## The checks of the data")[1].split("\n## ")[0].splitlines() if " of " in line
    ]
    found = [[cell.split(" of ") for cell in line.strip("| ").split(" | ")] for line in table if line.startswith("| ")]
    assert told[f"mistakes let through, of {wrong}"] == [row[1][0] for row in found]
    assert told[f"harmless changes refused, of {harmless}"] == [row[3][0] for row in found]
    assert {row[1][1].split(" ")[0] for row in found} == {f"{wrong}"} and {row[3][1] for row in found} == {
        f"{harmless}"
    }
    assert {row[2][1] for row in found} == {f"{len(counts['table'])}"}


@pytest.mark.slow
def test_no_harmless_variant_is_refused(workplace, record_property):
    base, refused = digest_of(check(workplace).content), []
    sound = {file.name: file.read_bytes() for file in workplace.glob("*.csv")}
    number = 0
    for number, files in enumerate(mutants.variants(300 // mutants.EVERY), 1):
        for name, content in files.items():
            (workplace / name).write_bytes(content)
        report = check(workplace)
        if report.problems or digest_of(report.content) != base:
            refused.append((number, report.problems[:1]))
    for name, content in sound.items():
        (workplace / name).write_bytes(content)
    record_property("told", f"false refusals {len(refused)} of {number} harmless variants")
    assert number == 300 // mutants.EVERY and not refused


def test_the_schema_library_agrees_on_what_a_schema_can_say(tmp_path):
    """Frictionless refuses each mistake of shape that it can express, and accepts the sound folder."""
    import random

    frictionless = pytest.importorskip("frictionless")

    def sound(name, rows):
        schema = {key: value for key, value in mutants.CONTRACT[name]["schema"].items() if key != "foreignKeys"}
        resource = frictionless.Resource(name=name, data=rows, schema=frictionless.Schema.from_descriptor(schema))
        return resource.validate().valid

    sheets = mutants.SHEETS
    assert all(sound(name, [sheet.header, *sheet.rows]) for name, sheet in sheets.items())
    import csv
    import io

    for kind in ("code_typo", "value_empty", "number_text", "number_zero", "id_path", "row_twice"):
        for mutant in list(mutants.CLASSES[kind](random.Random(kind)))[:6]:
            rows = list(csv.reader(io.StringIO(mutant.content.decode("utf-8"))))
            assert not sound(mutant.table, rows), mutant
