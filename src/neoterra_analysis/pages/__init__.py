"""Documents for readers: report and explorer."""
