"""The French that fiches are written in: words by which roles, actors, places and numbers are recognised."""

import re

from ..words import labels
from ..words.folding import APOSTROPHES, bare_words, straight

ROLE = r"(?:aiguillon|inspirat(?:eur|rice)|connect(?:eur|rice))s?"

# INSEE codes of the twelve départements of Nouvelle-Aquitaine, by their names in small letters without accents.
CODES = "16 17 19 23 24 33 40 47 64 79 86 87".split()
DEPARTMENTS = {bare_words(labels.t(f"department.{code}", "fr")): code for code in CODES}

# First words of what an organisation is called, in lower case without accents.
HEADS = frozenset(
    """
    agence amap ambassade association atelier ateliers bibliotheque bureau cabinet campus centre cfa chaire chambre
    chateau cite club collectif college comite communaute commune compagnie confederation cooperative departement
    direction domaine ecole ecomusee entreprise epicerie espace etablissement fabrique federation ferme fondation
    foyer groupement groupe hopital incubateur institut laboratoire lycee mairie maison mediatheque metropole mission
    moulin musee office parc pole prefecture regie region reseau ressourcerie recyclerie sarl sas scic scop service
    societe syndicat theatre tiers-lieu union universite ville
    """.split()
)
# Words that end a name when they follow another one.
TAILS = frozenset(
    "conseil consulting developpement energie energies environnement formation group groupe industrie industries"
    " insertion services solidaire".split()
)
STATUS = {
    "association": "association",
    "entreprise": "company",
    "société": "company",
    "pme": "company",
    "start-up": "company",
    "startup": "company",
}
ARTICLES = re.compile(rf"^(?:l['{APOSTROPHES}]|le |la |les |un |une |des |du )", re.IGNORECASE)
CITING = re.compile(r"(?:dont|notamment|par exemple|ex\.?\s?:?|comme|telles? que|tels? que)\s+", re.IGNORECASE)
OPEN_END = re.compile(r"[\s,;]*(?:\.{3}|…|\betc\b\.*…?)[\s.]*$", re.IGNORECASE)
QUOTED = re.compile('[«“‹„]\\s*([^«»“”‹›„]+?)\\s*[»”›“]|"([^"]+)"')

COUNTED = "un deux trois quatre cinq six sept huit neuf dix onze douze treize".split()
ROUND = {"dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20, "trentaine": 30, "centaine": 100}

# Frequent words that the other languages here lack.
COMMON = {
    "fr": "les des du et est dans pour une sur aux avec qui leur".split(),
    "en": "the of and to is for with by from which".split(),
    "es": "los las del y es para por con el una".split(),
    "it": "il di che per con della gli nel sono".split(),
    "de": "der die und das ist mit für von den ein".split(),
    "pt": "os das dos e é para com uma não em".split(),
}


def is_name(text):
    """Tell whether a text begins as a name: a capital or an acronym, after an article or without."""
    return bool(re.match(r"(?:l'|la |le |les )?[A-ZÀ-ÝŒ]", straight(text)))


def number(word):
    """Return the number that a word or figures stand for, and whether it is only about that; None for another word.

    >>> number("quinzaine"), number("4"), number("trois"), number("arbre")
    ((15, True), (4, False), (3, False), None)
    """
    word = word.casefold()
    if word.isdigit():
        return int(word), False
    if word in ROUND:
        return ROUND[word], True
    return (COUNTED.index(word) + 1, False) if word in COUNTED else None


def language(text):
    """Return the language whose frequent words a text has most of.

    >>> language("Les habitants du village et leur école")
    'fr'
    """
    words = re.findall(r"[^\W\d_]+", text.casefold())
    counts = {code: sum(map(set(common).__contains__, words)) for code, common in COMMON.items()}
    return max(counts, key=counts.get)
