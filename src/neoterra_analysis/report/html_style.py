"""How the page looks: on a screen from 320 pixels on, and on paper."""

from .. import style

SHEET = f"""
:root {{ color-scheme: light; }}
* {{ box-sizing: border-box; }}
html {{ font-size: 100%; scroll-padding-top: 1rem; }}
body {{ margin: 0; background: {style.WHITE}; color: {style.INK}; line-height: 1.5; overflow-wrap: anywhere;
  font-family: "DejaVu Sans", Verdana, sans-serif; }}
header, nav, main {{ max-width: 62rem; margin: 0 auto; padding: 0 1rem; }}
header {{ padding-top: 2rem; }}
main {{ padding-bottom: 3rem; }}
h1 {{ font-size: 1.75rem; line-height: 1.25; margin: 0 0 .5rem; }}
h2 {{ font-size: 1.375rem; line-height: 1.3; margin: 3rem 0 1rem; padding-top: .75rem;
  border-top: 3px solid {style.MARK}; }}
h3 {{ font-size: 1.125rem; line-height: 1.3; margin: 2rem 0 .75rem; }}
nav h2 {{ margin-top: 2rem; }}
nav ol {{ list-style: none; padding-left: 0; margin: 0; }}
nav ol ol {{ padding-left: 1.25rem; }}
nav li {{ margin: .25rem 0; }}
p, ul {{ margin: .75rem 0; max-width: 46rem; }}
ul {{ padding-left: 1.25rem; }}
li {{ margin: .25rem 0; }}
.lead {{ font-size: 1.0625rem; }}
.soft {{ color: {style.SOFT}; }}
a {{ color: #174A7C; text-underline-offset: .15em; }}
a:hover {{ text-decoration-thickness: .15em; }}
a:focus-visible, [tabindex]:focus-visible {{ outline: 3px solid #174A7C; outline-offset: 2px; }}
.skip {{ position: absolute; left: -999rem; top: 0; padding: .5rem 1rem; background: {style.WHITE}; }}
.skip:focus {{ left: 0; z-index: 1; }}
:target {{ outline: 3px solid #8A5200; outline-offset: 3px; }}
tr:target {{ background: #FFF3DC; outline-offset: -3px; }}
section:target {{ outline: none; }}
section:target > h2, section:target > h3 {{ background: #FFF3DC; outline: 3px solid #8A5200; outline-offset: 3px; }}
figure {{ margin: 1.5rem 0; }}
figcaption {{ font-weight: bold; font-size: .9375rem; margin-top: .5rem; }}
figcaption span {{ font-weight: normal; color: {style.SOFT}; }}
.scroll {{ overflow-x: auto; }}
figure svg {{ display: block; width: 100%; min-width: 38rem; height: auto; }}
table {{ border-collapse: collapse; width: 100%; margin: 1.5rem 0; font-size: .875rem; }}
.scroll table {{ min-width: 44rem; margin: 0; }}
.scroll.table {{ margin: 1.5rem 0; }}
.scroll th, .scroll td {{ overflow-wrap: break-word; }}
caption span {{ display: inline-block; position: sticky; left: 0; max-width: calc(100vw - 2rem); }}
caption {{ text-align: left; font-weight: bold; font-size: .9375rem; padding-bottom: .5rem; }}
th, td {{ text-align: left; vertical-align: top; padding: .375rem .5rem; border-bottom: 1px solid {style.RULE};
  font-weight: normal; }}
thead th {{ font-weight: bold; border-bottom: 2px solid {style.MARK}; vertical-align: bottom; }}
.number {{ text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: normal; }}
@media print {{
  @page {{ size: A4; margin: 18mm 16mm; }}
  body {{ font-size: 10pt; }}
  header, nav, main {{ max-width: none; padding: 0; }}
  .skip {{ display: none; }}
  a {{ color: inherit; text-decoration: none; }}
  nav {{ break-after: page; }}
  h2, h3, caption {{ break-after: avoid; }}
  figure, tr, li {{ break-inside: avoid; }}
  thead {{ display: table-header-group; }}
  .scroll {{ overflow: visible; }}
  .scroll table, figure svg {{ min-width: 0; }}
  table {{ font-size: 8pt; }}
  caption span {{ position: static; max-width: none; }}
  figure svg {{ max-height: 230mm; }}
  :target, tr:target, section:target > h2, section:target > h3 {{ outline: none; background: none; }}
}}
"""
