"""What Sphinx is told. `make_site.py` gathers the sources, calls Sphinx and puts the site in place."""

import re

from neoterra_analysis import __version__
from neoterra_analysis.words import labels

w = labels.Words("fr")
project, version, release = "neoterra_analysis", __version__, __version__
language = "fr"
extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
templates_path, html_static_path, html_css_files = ["templates"], ["static"], ["site.css"]
nitpicky = False
smartquotes = False

# Notebooks are shown as they were stored; nothing is executed for the site.
nb_execution_mode = "off"
nb_code_prompt_show, nb_code_prompt_hide = w("site.code_show"), w("site.code_hide")
myst_heading_anchors = 4

# Functions by the names that notebooks call them by.
add_module_names = False
autodoc_typehints = "none"
napoleon_google_docstring = napoleon_use_rtype = False

html_theme = "basic"
html_title = f"neoterra_analysis {__version__}"
html_context = {"w": w, "english": ("en/", "api/")}
# Black, bold and italic: every kind of word of a listing can be read.
pygments_style = "bw"
# Summaries of what was found are fetched, which browsers forbid where a page is a file.
html_show_search_summary = False
html_use_index = html_domain_indices = html_copy_source = html_show_sourcelink = False
html_show_sphinx = html_show_copyright = False


def finished(app, pagename, templatename, context, doctree):
    """Let wide tables scroll by themselves, by keyboard too; say what is in English, set the rest as French is set."""
    body = context.get("body") or ""
    scroll = f'<div class="scroll" role="region" tabindex="0" aria-label="{w("site.table")}"><table'
    body = re.sub(r"<table\b", scroll, body).replace("</table>", "</table></div>")
    body = body.replace(' aria-label="Toggle hidden content"', "")  # what is seen names it, in French
    body = re.sub(r"<blockquote>(?=\s*<div>\s*<p><em>Abstract)", '<blockquote lang="en">', body)
    if pagename == "donnees":  # there, what is in italics is in English
        body = body.replace("<em>", '<em lang="en">')
    if not pagename.startswith(html_context["english"]):
        parts = re.split(r"(<pre.*?</pre>|<code.*?</code>|<[^>]+>)", body, flags=re.DOTALL)
        body = "".join(part if i % 2 else labels.typography(part) for i, part in enumerate(parts))
    context["body"] = body


def french(app):
    """Let the titles of the pages' list be set as French is set."""
    app.builder.templates.environment.filters["french"] = labels.typography


def setup(app):
    """Connect what is said of pages with Sphinx."""
    app.connect("builder-inited", french)
    app.connect("html-page-context", finished)
    return {"parallel_read_safe": True}
