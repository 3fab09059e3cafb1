"""No output or label claims more than a description can carry: a word of inference stands only beside its test's id."""

import re
import tomllib

import nbformat
import pytest

from invented import DATA
from neoterra_analysis import load
from neoterra_analysis.analysis import nulls

CLAIMS = re.compile(
    r"\b(significati(f|ve|fs|ves|vement)|significan(t|tly|ce)|signifiance|corr[ée]l\w*|correlat\w*"
    r"|prouv\w*|prove[sdn]?|proving|d[ée]montr(e|es|ent|er|é|ée|és|ées|ait|ant)|demonstrat(e|es|ed|ing)s?)\b",
    re.IGNORECASE,
)


def unsupported(text, tests):
    """Return the sentences that claim something without the id of a test beside it, as ``[id]``."""
    sentences = re.split(r"(?<=[.!?;])\s+|\n", text)
    return [s for s in sentences if CLAIMS.search(s) and not any(f"[{test}]" in s for test in tests)]


@pytest.fixture(scope="module")
def ids():
    found = nulls.tests(load(DATA))["test"].tolist()
    assert len(found) > 5 and len(set(found)) == len(found)
    return found


@pytest.mark.parametrize(
    "claim",
    [
        "La différence est significative.",
        "Les rôles sont corrélés.",
        "Ceci prouve le lien.",
        "Ces lignes démontrent un effet.",
        "The difference is significant.",
        "The roles are correlated.",
        "This proves the tie.",
        "It demonstrates an effect.",
    ],
)
def test_a_claim_needs_a_test(claim, ids):
    assert unsupported(claim, ids) == [claim]
    assert unsupported(f"{claim[:-1]} [{ids[0]}].", ids) == []
    assert unsupported(f"{claim[:-1]} [no-such-test].", ids)
    assert unsupported(f"Rien. {claim} Ailleurs [{ids[0]}].", ids) == [claim]


def test_a_description_is_let_through(ids):
    assert unsupported("La démonstration vaut diffusion ; elle signifie peu. Approved.", ids) == []


def test_labels_claim_nothing(repo, ids):
    files = sorted((repo / "src/neoterra_analysis/words").glob("*.toml"))
    texts = [
        text for file in files for entry in tomllib.loads(file.read_text("utf-8")).values() for text in entry.values()
    ]
    assert len(texts) > 500
    assert [text for text in texts if unsupported(text, ids)] == []


def test_notebooks_and_figures_claim_nothing(repo, ids):
    texts = [file.read_text("utf-8") for file in sorted((repo / "figures").glob("*/*/*.txt"))]
    for file in sorted((repo / "notebooks").glob("*.ipynb")):
        for cell in nbformat.read(file, as_version=4).cells:
            texts.append(cell.source if cell.cell_type == "markdown" else "")
            for output in cell.get("outputs", []):
                texts.append(output.get("text") or output.get("data", {}).get("text/plain", ""))
    assert len(texts) > 150
    assert [found for text in texts for found in unsupported(text, ids)] == []
