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


def _numbers():
    tens = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}
    units = [*COUNTED, "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf"]
    found = {word: at for at, word in enumerate(units, 1)}
    for ten, word in tens.items():
        found |= {word: ten, f"{word} et un": ten + 1, f"{word} et une": ten + 1}
        found |= {f"{word}-{units[at - 1]}": ten + at for at in range(2, 10)}
    return found | {"un seul": 1, "une seule": 1, "cent": 100}


# Numbers in words, and how a number is written: in figures, in words, or about.
NUMBERS = _numbers()
COUNT = (
    rf"(?<![\w,.-])(?:(?P<about>une? (?:bonne |petite )?(?:{'|'.join(ROUND)}))|(?P<figures>\d{{1,3}})|(?P<words>"
    + "|".join(sorted(NUMBERS.keys() - {"un"}, key=len, reverse=True))
    + r"))(?![\w,.-]*\d)(?!\w)"
)


def counted(match):
    """Return the number that a match of `COUNT` says, and whether it is only about that.

    >>> counted(re.search(COUNT, "vingt-deux projets")), counted(re.search(COUNT, "une quinzaine"))
    ((22, False), (15, True))
    """
    if match["about"]:
        return ROUND[match["about"].split()[-1].casefold()], True
    return (int(match["figures"]) if match["figures"] else NUMBERS[match["words"].casefold()]), False


# Acronyms of bodies and of forms that every one of them is written in: a near miss of one is a misprint.
ACRONYMS = frozenset(
    """
    ADEME ADIE ADIL AGEFIPH AMAP ANAH ANCT ANRU APESA ARACT ARDIE ARS ASSEDIC BPI BPIFRANCE BRGM CAF CAUE CARSAT CCAS
    CCI CESER CFA CFPPA CHU CIAS CIVAM CMA CNAM CNFPT CNRS CNSA CPAM CPIE CREPS CRESS CROUS CUMA DDCS DDETS DDT DDTM
    DIRECCTE DRAAF DRAC DRAJES DREAL DREETS EHPAD EPCI EPFNA EPLEFPA EPIDE ESAT FEDER FNADT FRANE GAEC GEIQ GRETA
    IFREMER INRAE INSEE INSERM INSPE LEGTA MACIF MAIF MFR MGEN MJC MSA OCDE ONF OPCO PETR PLIE PNR PTCE SAFER SATESE
    SCIC SCOP SDIS SIAE SIRTOM SMICTOM SNCF UDAF UFCV UIMM UNAPEI UNAT UNICEM UPPA URCPIE URHAJ URSCOP URSSAF USEP
    """.split()
)
# What is written in capitals and is no body.
COMMON_ACRONYMS = frozenset(
    "AMI IS ESS RSE TPE PME TPI ETI RD UE ODD SCIC SCOP PAC OK PDF CO GES QPV ZRR NTIC EPCI ERP IA TV DVD NA".split()
)
# What certifies is no actor.
LABELS = re.compile(
    r"(?:qualiopi|qualicert|ecocert|ecolabel|[ée]co-?label|datadock|iso \d+|rge|hve|afaq|b[ -]corp|label rouge|"
    r"(?:le |la |un |une )?(?:label|certification|certificat|agrément|norme)\b.*)",
    re.IGNORECASE,
)
# Towns of Nouvelle-Aquitaine and lands, by département; for holding a town to the département beside it.
_TOWNS = {
    "16": "Angoulême Cognac Confolens Ruffec Barbezieux Soyaux Jarnac La-Couronne Chasseneuil Montbron",
    "17": "La-Rochelle Saintes Rochefort Royan Saint-Jean-d'Angély Jonzac Marennes Surgères Saujon Aytré Châtelaillon "
    "Oléron",
    "19": "Tulle Brive-la-Gaillarde Brive Ussel Égletons Uzerche Meymac Objat Argentat Treignac Bort-les-Orgues",
    "23": "Guéret Aubusson La-Souterraine Bourganeuf Felletin Boussac Faux-la-Montagne Royère-de-Vassivière Gentioux",
    "24": "Périgueux Bergerac Sarlat Sarlat-la-Canéda Nontron Ribérac Terrasson Montignac Lalinde Thiviers Mussidan",
    "33": "Bordeaux Mérignac Pessac Talence Libourne Arcachon Langon Blaye Bègles Cenon Lormont Floirac Gradignan "
    "Villenave-d'Ornon La-Teste-de-Buch La-Réole Bazas Lesparre Saint-Denis-de-Pile Le-Fieu Coutras Eysines Bruges",
    "40": "Mont-de-Marsan Dax Biscarrosse Hagetmau Parentis Mimizan Capbreton Hossegor Tarnos Aire-sur-l'Adour",
    "47": "Agen Marmande Villeneuve-sur-Lot Nérac Tonneins Fumel Casteljaloux Monflanquin Duras",
    "64": "Pau Bayonne Biarritz Anglet Oloron-Sainte-Marie Orthez Hendaye Saint-Jean-de-Luz Mourenx Hasparren Lescar "
    "Mauléon Nay Salies-de-Béarn",
    "79": "Niort Bressuire Parthenay Thouars Melle Saint-Maixent-l'École Mauléon Moncoutant Cerizay Chef-Boutonne",
    "86": "Poitiers Châtellerault Loudun Montmorillon Civray Chauvigny Buxerolles Lusignan Neuville-de-Poitou Gençay",
    "87": "Limoges Saint-Junien Bellac Rochechouart Saint-Yrieix-la-Perche Panazol Couzeix Isle Eymoutiers Bessines "
    "Aixe-sur-Vienne Ambazac",
}
TOWNS = {}
for _code, _names in _TOWNS.items():
    for _name in _names.split():
        TOWNS.setdefault(bare_words(_name), set()).add(_code)
LANDS = "millevaches gascogne perigord limousin poitou saintonge aunis bearn medoc chalosse angoumois quercy".split()
