"""Documents for readers: report, explorer, reading page."""
