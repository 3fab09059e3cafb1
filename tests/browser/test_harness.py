"""The harness itself: it sees what is wrong, and only that."""

GOOD = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Page d’essai</title>
<link rel="icon" href="data:,"></head><body><main><h1>Titre</h1><p id="ici">Texte</p></main></body></html>"""
BAD = """<!doctype html><html><head><meta charset="utf-8"></head><body><img src="data:,"><p style="color:#aaa">pale</p>
<script>console.error("oups"); fetch("http://127.0.0.1:9/asked").catch(() => 0); nowhere()</script></body></html>"""


def write(folder, text):
    path = folder / "page de test.html"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_page_is_silent(tmp_path, page, console, requests, axe):
    driver = page(write(tmp_path, GOOD), "ici")
    assert driver.title == "Page d’essai"
    assert driver.current_url.startswith("file://") and driver.current_url.endswith("#ici")
    assert (console(driver), requests(driver), axe(driver)) == ([], [], [])


def test_a_bad_page_is_told(tmp_path, page, console, requests, axe):
    driver = page(write(tmp_path, BAD))
    assert requests(driver) == ["http://127.0.0.1:9/asked"]
    said = "\n".join(console(driver))
    assert "oups" in said and "nowhere is not defined" in said
    assert requests(driver) and console(driver), "asked twice, the logs say the same"
    rules = {line.split(" ")[0] for line in axe(driver)}
    assert {"html-has-lang", "document-title", "image-alt", "color-contrast"} <= rules
    assert axe(driver, "p") == [line for line in axe(driver) if line.startswith("color-contrast")]


def test_logs_are_of_one_page(tmp_path, page, console, requests):
    page(write(tmp_path, BAD))
    driver = page(write(tmp_path, GOOD))
    assert (console(driver), requests(driver)) == ([], [])
