"""The fiche rebuilt from the data, said once as content (`content.make`) and written as a page, a document, a print."""
