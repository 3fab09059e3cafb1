# Each target is one of start.py, which says what it does: make help. Another Python: make build PYTHON=python3.12
PYTHON ?= python3
TARGETS = build test browser thorough lab site environment clean help

.PHONY: $(TARGETS)
$(TARGETS):
	@$(PYTHON) start.py $@
