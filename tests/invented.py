"""A small invented data folder, counted by hand: four laureates, two enjeux, six actors, three themes."""

import csv
import shutil
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"

# Who has what, for the reader of the tests:
#   alpha (1.1): aiguillon                    actors: town, mill (example: ovens)   lever direct
#   beta  (1.1): aiguillon, connecteur (main) actors: town, school                  lever direct, challenge indirect
#   gamma (1.2): inspirateur                  actors: label (not an actor)
#   delta (1.2): no role                      no actor
TABLES = {
    "sources": [
        "source_id,title,publisher,ambition_id,sha256,retrieved,funded,funded_anchor",
        f"doc,Doc,Somebody,a-1,{'0' * 64},2026-01-31,44,44 projets financés",
    ],
    "ambitions": ["ambition_id,number,title_en,title_fr", "a-1,1,One,Une", "a-2,2,,"],
    "enjeux": [
        "enjeu_id,ambition_id,number,title_en,title_fr,listed_title_fr,short_fr,short_en",
        "1.1,a-1,1,First,Premier,,Premier,First",
        "1.2,a-1,2,Second,Second,,Second,Second",
    ],
    "laureates": [
        "laureate_id,name,project_name,carrier_status,enjeu_id,place,department_stated,department_inferred,"
        "inferred_from,summary_fr,summary_en,source_id,source_row,row_anchor,carrier_anchor,place_anchor",
        "alpha,Alpha,Pain,company,1.1,Ville,33,,,Un,One,doc,1,Alpha fait,une entreprise,à Ville",
        "beta,Beta,,association,1.1,,,64,un indice,Deux,Two,doc,2,Beta fait,une association,",
        "gamma,Gamma,,,1.2,,,,,Trois,Three,doc,3,Gamma fait,,",
        "delta,Delta,,,1.2,,,,,Quatre,Four,doc,4,Delta fait,,",
    ],
    "contributions": [
        "laureate_id,dimension,target,code,label_fr,label_en,anchor",
        "alpha,filiere,culture,offer,Un,One,un mot",
        "beta,filiere,culture,offer,Deux,Two,deux mots",
        "beta,territoire,rural,dialogue,Trois,Three,trois mots",
    ],
    "roles": [
        "laureate_id,role,salience,anchor",
        "alpha,aiguillon,stated,un aiguillon",
        "beta,aiguillon,stated,aussi aiguillon",
        "beta,connecteur,principal,surtout connecteur",
        "gamma,inspirateur,stated,un inspirateur",
    ],
    "actors": [
        "actor_id,name,short_fr,short_en,kind,actor_type,scale,laureate_id,aliases,note",
        "town,Ville,Ville,Ville,institution,local_authority,local,,La Ville|mairie,",
        "mill,Moulins,Moulins,Moulins,generic,company,,,,",
        "ovens,Fours Martin,Fours Martin,Fours Martin,named,company,,,,",
        "school,École,École,École,institution,training,,,,",
        "label,Un label,Un label,Un label,not_an_actor,,,,,",
        "unknown,Inconnu,Inconnu,Inconnu,named,,,,,",
    ],
    "mentions": [
        "laureate_id,position,mention,actor_id,parent_position",
        "alpha,1,La Ville,town,",
        "alpha,2,Moulins,mill,",
        "alpha,3,Fours Martin,ovens,2",
        "beta,1,mairie,town,",
        "beta,2,École,school,",
        "beta,3,Inconnu,unknown,",
        "gamma,1,Un label,label,",
    ],
    "relations": ["from_id,to_id,kind,laureate_id,anchor", "beta,alpha,origin,beta,issu de Alpha"],
    "themes": [
        "theme_id,ambition_id,source_id,number,kind,label_fr,label_en,definition_fr,definition_en,anchor",
        "eased,a-1,doc,1,condition,Facile,Eased,Def,Def,facile",
        "held,a-1,doc,2,challenge,Frein,Held,Def,Def,un frein",
        "pushed,a-1,doc,3,lever,Levier,Pushed,Def,Def,un levier",
    ],
    "evidence": [
        "theme_id,laureate_id,strength,anchor,note",
        "pushed,alpha,direct,le levier,",
        "pushed,beta,direct,ce levier,",
        "held,beta,indirect,une réponse,",
    ],
    "claims": [
        "claim_id,ambition_id,source_id,number,kind,statement_fr,statement_en,rule,subject,expected,anchor",
        "four,a-1,doc,1,announced,Ils sont quatre,They are four,count,laureates,4,quatre",
        "dozen,a-1,doc,2,announced,Ils sont une douzaine,They are a dozen,about,laureates,12,une douzaine",
        "mainly,a-1,doc,3,principal,Beta surtout,Beta above all,principal,beta/connecteur,,surtout connecteur",
        "eased,a-1,doc,4,condition,Facile,Eased,evidence,eased,,facile",
        "held,a-1,doc,5,challenge,Frein,Held,evidence,held,,un frein",
        "pushed,a-1,doc,6,lever,Levier,Pushed,evidence,pushed,,un levier",
    ],
    "readings": [
        "reading_id,table,key,column,value,alternative,reason_fr,reason_en",
        "r01,roles,alpha/aiguillon,salience,stated,principal,Doute,Doubt",
        "r02,evidence,eased/gamma,strength,,indirect,Doute,Doubt",
    ],
    "discrepancies": [
        "discrepancy_id,source_id,kind,locator,anchor,what_fr,what_en",
        "d01,doc,misprint,ici,un mto,Coquille,Slip",
    ],
    "decisions": ["decision_id,date,person,about,key,column,decided,reason"],
}


@cache
def shipped():
    """Return the project's own records: the same object for all tests, so that they share what is drawn of it."""
    from neoterra_analysis import load

    return load(DATA)


def write(folder, **changed):
    """Write the invented tables into a folder; a keyword replaces the lines of one table."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(DATA / "datapackage.json", folder)
    for name, lines in {**TABLES, **changed}.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return folder


def replaced(table, old, new, line=None):
    """Return the lines of a table with one text replaced, in one line (from 1) or wherever it stands."""
    lines = list(TABLES[table])
    for i, text in enumerate(lines, 1):
        if line in (None, i):
            lines[i - 1] = text.replace(old, new)
    assert lines != TABLES[table], f"{old!r} does not stand in {table}"
    return lines


def shuffled(source, folder, seed):
    """Copy a data folder with the rows of each table in another order."""
    import random

    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "datapackage.json", folder)
    for file in sorted(source.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as stream:
            head, *rows = csv.reader(stream)
        random.Random(f"{seed} {file.name}").shuffle(rows)
        with (folder / file.name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows([head, *rows])
    return folder


class Tables:
    """A few tables that stand in for a dataset."""

    def __init__(self, **tables):
        self.__dict__.update(tables)
