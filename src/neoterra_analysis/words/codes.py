"""Codes of the data that the package iterates or compares, each once, in the order in which readers meet them."""

CONNECTEUR = "connecteur"  # the role that the finding on varied actors is about
ROLES = ("aiguillon", "inspirateur", CONNECTEUR)
PRINCIPAL = "principal"  # salience of the role that a fiche calls the main one
DIMENSIONS = ("filiere", "territoire")

NAMED = ("named", "institution")  # kinds of actors that can be told apart
ACTOR_KINDS = (*NAMED, "generic")
NOT_AN_ACTOR = "not_an_actor"

THEME_KINDS = ("condition", "challenge", "lever")
STRENGTHS = ("direct", "indirect")
NONE = "none"  # the strength where there is no passage, the salience where there is no role
VERDICTS = ("supported", "partly", "indirect_only", "no_case")
CLAIM_VERDICTS = (*VERDICTS, "contradicted")  # a claim can also announce a number

FIELDS = ("project_name", "carrier_status", "place", "department", "role", "actors")
STATES = ("stated", "inferred", "not_stated")

# Tables in which a row is the code itself: a reading with no value adds the row, one with no alternative takes it away.
ROW_IS_CODE = {"evidence": "strength", "roles": "role", "contributions": "code"}
OF_A_LAUREATE = ("contributions", "roles", "mentions", "evidence", "relations")  # tables whose rows name a laureate

ALL = "all"  # of the ambitions
PROGRAMME = "programme"  # what is of all fiches together
OVERVIEW = "00-"  # its notebooks and figures begin so
