"""The headline statistics counted a second time, in plain Python, from the CSV files of a data folder.

Written from what each statistic means, not from the package: nothing of it is imported here, and no data frame either.
A share is a pair (how many, of how many). What a "top" is holds for all of them: everything that ties for first place,
in the order told, and nothing when the greatest count is 0.

Orders of the lists:

- laureates: by document, then by row in the document;
- roles: aiguillon, inspirateur, connecteur, as the dictionary lists them; combinations: fewer roles first, then in that
  order; pairs in that order;
- enjeux, means, types of actors, actors: by id or code, as text; pairs of actors: by their two ids, the lesser first;
- themes: by ambition, then conditions, challenges, levers, then by number in the fiche.
"""

import csv
from collections import Counter, defaultdict
from itertools import combinations
from statistics import median

ROLES = ["aiguillon", "inspirateur", "connecteur"]
BODIES = {"named", "institution"}
ACTORS = BODIES | {"generic"}
TABLES = ["laureates", "enjeux", "contributions", "roles", "actors", "mentions", "relations", "themes", "evidence"]


def read(folder):
    """Read the tables that are counted; laureates and themes are put in order."""
    tables = {}
    for name in TABLES:
        with open(f"{folder}/{name}.csv", encoding="utf-8", newline="") as stream:
            tables[name] = list(csv.DictReader(stream))
    tables["laureates"].sort(key=lambda row: (row["source_id"], int(row["source_row"]), row["laureate_id"]))
    kinds = ["condition", "challenge", "lever"]
    tables["themes"].sort(key=lambda row: (row["ambition_id"], kinds.index(row["kind"]), int(row["number"])))
    return tables


def first(scores, order):
    """Return what has the greatest score above 0."""
    greatest = max(scores.values(), default=0)
    return [name for name in order if greatest > 0 and scores[name] == greatest]


def ids(tables):
    return [row["laureate_id"] for row in tables["laureates"]]


# 01: what the fiche covers


def laureates(tables):
    return len(tables["laureates"])


def enjeux(tables):
    return len(tables["enjeux"])


def largest_enjeu(tables):
    return first(
        Counter(row["enjeu_id"] for row in tables["laureates"]), sorted(e["enjeu_id"] for e in tables["enjeux"])
    )


def carrier_stated(tables):
    return sum(row["carrier_status"] != "" for row in tables["laureates"]), laureates(tables)


def carriers_ess(tables):
    """Associations belong to the social economy; only carriers of which the status is stated can be told."""
    return sum(row["carrier_status"] == "association" for row in tables["laureates"]), carrier_stated(tables)[0]


def department_known(tables):
    known = [row for row in tables["laureates"] if row["department_stated"] or row["department_inferred"]]
    return len(known), laureates(tables)


def both_dimensions(tables):
    changes = {(row["laureate_id"], row["dimension"]) for row in tables["contributions"]}
    return sum((who, "filiere") in changes and (who, "territoire") in changes for who in ids(tables)), laureates(tables)


def users(tables):
    """Count the laureates of each means, each once."""
    return Counter(means for means, _ in {(row["code"], row["laureate_id"]) for row in tables["contributions"]})


def top_means(tables):
    return first(users(tables), sorted(users(tables)))


def top_means_share(tables):
    return max(users(tables).values(), default=0), laureates(tables)


# 02: roles


def roles_of(tables):
    """Return the roles of each laureate, in the order of `ROLES`, none for those that have none."""
    given = {(row["laureate_id"], row["role"]) for row in tables["roles"]}
    return {who: [role for role in ROLES if (who, role) in given] for who in ids(tables)}


def holders(tables):
    """Count the laureates of each role."""
    found = Counter(role for roles in roles_of(tables).values() for role in roles)
    return {role: found[role] for role in ROLES}


def share_of_role(tables, role):
    return holders(tables)[role], laureates(tables)


def top_role(tables):
    return first(holders(tables), ROLES)


def role_order(tables):
    """All roles, the most frequent first; equal ones as in `ROLES`."""
    return [role for number in sorted(set(holders(tables).values()), reverse=True) for role in ROLES
            if holders(tables)[role] == number]  # fmt: skip


def roles_occurring(tables):
    return len({row["role"] for row in tables["roles"]})


def principal(tables):
    """Of the roles stated, not of the laureates."""
    return [row["salience"] for row in tables["roles"]].count("principal"), len(tables["roles"])


def exact(tables):
    """Count the laureates that have exactly these roles; having none is a combination too."""
    return Counter("+".join(roles) or "none" for roles in roles_of(tables).values())


def combinations_found(tables):
    return len(exact(tables))


def top_combination(tables):
    every = [chosen for size in range(4) for chosen in combinations(ROLES, size)]
    return first(exact(tables), ["+".join(chosen) or "none" for chosen in every])


def top_combination_share(tables):
    return max(exact(tables).values(), default=0), laureates(tables)


def pairs_never(tables):
    """Pairs of roles that nobody has, whatever third role stands beside them."""
    had = {pair for roles in roles_of(tables).values() for pair in combinations(roles, 2)}
    return ["+".join(pair) for pair in combinations(ROLES, 2) if pair not in had]


def roles_everywhere(tables):
    """Roles that some laureate of each enjeu has; an enjeu without laureates has no role."""
    place = {row["laureate_id"]: row["enjeu_id"] for row in tables["laureates"]}
    met = {(row["role"], place[row["laureate_id"]]) for row in tables["roles"]}
    return [role for role in ROLES if all((role, row["enjeu_id"]) in met for row in tables["enjeux"])]


def types_of(tables):
    """Return the types of actors that each laureate mobilises; an actor of no identified type tells nothing."""
    about = {row["actor_id"]: row for row in tables["actors"]}
    found = {who: set() for who in ids(tables)}
    for row in tables["mentions"]:
        actor = about[row["actor_id"]]
        if actor["kind"] in ACTORS and actor["actor_type"]:
            found[row["laureate_id"]].add(actor["actor_type"])
    return found


def top_type(tables, role):
    """Types that most laureates of the role mobilise at least once."""
    types, roles = types_of(tables), roles_of(tables)
    found = Counter(kind for who in ids(tables) if role in roles[who] for kind in types[who])
    return first(found, sorted(found))


# 03: networks


def cells(tables, kinds=ACTORS):
    """Return the set of actors in each laureate's row, of these kinds; an actor printed twice counts once."""
    kept = {row["actor_id"] for row in tables["actors"] if row["kind"] in kinds}
    found = {who: set() for who in ids(tables)}
    for row in tables["mentions"]:
        if row["actor_id"] in kept:
            found[row["laureate_id"]].add(row["actor_id"])
    return found


def mobilising(tables):
    """Count the laureates that mobilise each actor."""
    return Counter(actor for row in cells(tables).values() for actor in row)


def actors(tables):
    return len(mobilising(tables))


def links(tables):
    return sum(len(row) for row in cells(tables).values())


def shared_actors(tables):
    return sum(number > 1 for number in mobilising(tables).values()), actors(tables)


def most_shared(tables):
    shared = {actor: number for actor, number in mobilising(tables).items() if number > 1}
    return first(shared, sorted(shared))


def components(tables, kinds=ACTORS):
    """Parts of the network of laureates and the actors they mobilise; a laureate that is mobilised is one node."""
    same = {row["actor_id"]: ("laureate", row["laureate_id"]) for row in tables["actors"] if row["laureate_id"]}
    beside = defaultdict(set)
    for who, row in cells(tables, kinds).items():
        beside["laureate", who] |= {same.get(actor, ("actor", actor)) for actor in row}
    for node, others in list(beside.items()):
        for other in others:
            beside[other].add(node)
    parts, seen = 0, set()
    for node in sorted(beside):
        parts += node not in seen
        walk = [node]
        while walk:
            here = walk.pop()
            if here not in seen:
                seen.add(here)
                walk.extend(beside[here])
    return parts


def components_named(tables):
    return components(tables, BODIES)


def together(tables, kinds=ACTORS):
    """Count the laureates in whose row two actors stand together, for each pair of actors that does."""
    return Counter(pair for row in cells(tables, kinds).values() for pair in combinations(sorted(row), 2))


def edges(tables, kinds=ACTORS):
    return len(together(tables, kinds))


def edges_named(tables):
    return edges(tables, BODIES)


def repeated_pairs(tables):
    return [f"{one}+{other}" for (one, other), number in sorted(together(tables).items()) if number > 1]


def nested_pairs(tables):
    """Pairs of different actors of which one is printed in brackets after the other, in one row or several."""
    printed = {(row["laureate_id"], row["position"]): row["actor_id"] for row in tables["mentions"]}
    real = {row["actor_id"] for row in tables["actors"] if row["kind"] in ACTORS}
    found = set()
    for row in tables["mentions"]:
        if row["parent_position"]:
            pair = frozenset((row["actor_id"], printed[row["laureate_id"], row["parent_position"]]))
            if len(pair) == 2 and pair <= real:
                found.add(pair)
    return len(found)


def drawn(tables, kinds):
    """Count the pairs of actors that each laureate's row holds."""
    return {who: len(list(combinations(row, 2))) for who, row in cells(tables, kinds).items()}


def top_row(tables, kinds=ACTORS):
    return first(drawn(tables, kinds), ids(tables))


def top_row_named(tables):
    return top_row(tables, BODIES)


def top_row_share(tables, kinds=ACTORS):
    return max(drawn(tables, kinds).values(), default=0), edges(tables, kinds)


def top_row_share_named(tables):
    return top_row_share(tables, BODIES)


def sharing(tables, kinds=ACTORS):
    """List the pairs of laureates that have an actor in common."""
    rows = cells(tables, kinds)
    return [pair for pair in combinations(rows, 2) if rows[pair[0]] & rows[pair[1]]]


def laureate_pairs(tables, kinds=ACTORS):
    return len(sharing(tables, kinds)), len(list(combinations(ids(tables), 2)))


def laureate_pairs_named(tables):
    return laureate_pairs(tables, BODIES)


def isolated(tables):
    """Laureates that share no actor with another one, mobilise none, are mobilised by none, and have no stated tie."""
    same = {row["actor_id"]: row["laureate_id"] for row in tables["actors"] if row["laureate_id"]}
    same |= {who: who for who in ids(tables)}
    ties = sharing(tables) + [(who, same.get(actor)) for who, row in cells(tables).items() for actor in row]
    ties += [(same.get(row["from_id"]), same.get(row["to_id"])) for row in tables["relations"]]
    tied = {who for pair in ties if None not in pair and pair[0] != pair[1] for who in pair}
    return [who for who in ids(tables) if who not in tied]


def median_types(tables, connecteurs):
    roles = roles_of(tables)
    group = [len(types) for who, types in types_of(tables).items() if ("connecteur" in roles[who]) == connecteurs]
    return median(group) if group else None


def types_connecteurs(tables):
    return median_types(tables, True)


def types_others(tables):
    return median_types(tables, False)


def connecteurs_varied(tables):
    theirs, others = types_connecteurs(tables), types_others(tables)
    if theirs is None or others is None:
        return "unknown"
    return "same" if theirs == others else "more" if theirs > others else "less"


# 04: conditions, challenges, levers


def passages(tables, theme, strength):
    return sum((row["theme_id"], row["strength"]) == (theme["theme_id"], strength) for row in tables["evidence"])


def verdict(tables, theme, enough):
    """Supported by enough direct passages; partly by fewer; by indirect ones only; by nothing."""
    direct = passages(tables, theme, "direct")
    if direct >= enough:
        return "supported"
    if direct:
        return "partly"
    return "indirect_only" if passages(tables, theme, "indirect") else "no_case"


def supported(tables, enough=2):
    return [verdict(tables, theme, enough) for theme in tables["themes"]].count("supported"), len(tables["themes"])


def themes_direct(tables):
    return sum(passages(tables, theme, "direct") > 0 for theme in tables["themes"]), len(tables["themes"])


def themes_without_case(tables):
    spoken = {row["theme_id"] for row in tables["evidence"]}
    return [theme["theme_id"] for theme in tables["themes"] if theme["theme_id"] not in spoken]


def most_direct(tables):
    found = {theme["theme_id"]: passages(tables, theme, "direct") for theme in tables["themes"]}
    return first(found, list(found))


def speaking(tables, strengths):
    """Return the couples of lever and role of which a laureate of the role has such a passage on the lever."""
    levers = [theme["theme_id"] for theme in tables["themes"] if theme["kind"] == "lever"]
    roles = roles_of(tables)
    met = {
        (row["theme_id"], role)
        for row in tables["evidence"]
        if row["strength"] in strengths
        for role in roles[row["laureate_id"]]
    }
    return levers, {couple for couple in met if couple[0] in levers}


def levers_all_roles(tables):
    levers, met = speaking(tables, ("direct", "indirect"))
    return sum(all((lever, role) in met for role in ROLES) for lever in levers), len(levers)


def lever_roles_direct(tables):
    """Of all couples of a lever and a role, also those that nothing joins."""
    levers, met = speaking(tables, ("direct",))
    return len(met), len(levers) * len(ROLES)


PLAIN = [
    laureates, enjeux, largest_enjeu, carrier_stated, carriers_ess, department_known, both_dimensions, top_means,
    top_means_share, top_role, role_order, roles_occurring, principal, combinations_found, top_combination,
    top_combination_share, pairs_never, roles_everywhere, types_connecteurs, types_others, connecteurs_varied, actors,
    links, shared_actors, most_shared, components, components_named, edges, edges_named, repeated_pairs, nested_pairs,
    top_row, top_row_share, top_row_named, top_row_share_named, laureate_pairs, laureate_pairs_named, isolated,
    themes_direct, themes_without_case, most_direct, levers_all_roles, lever_roles_direct,
]  # fmt: skip


def count(folder, enough=2):
    """Count all statistics of a data folder; ``enough`` direct passages support a theme."""
    tables = read(folder)
    found = {function.__name__: function(tables) for function in PLAIN}
    for role in ROLES:
        found[f"share_{role}"] = share_of_role(tables, role)
        found[f"top_type_{role}"] = top_type(tables, role)
    for theme in tables["themes"]:
        found[f"verdict_{theme['theme_id']}"] = verdict(tables, theme, enough)
    return found | {"supported": supported(tables, enough)}
