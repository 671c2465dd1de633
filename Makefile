# Each target sets up what it needs; a second run starts at once.
.PHONY: demo test coverage lint format lock bench-forms soak bench-inbox faults-inbox bench-classifier faults scale bench-farm

python := .venv/bin/python

demo:
	@deploy/setup.sh run
	@$(python) -m tests.village.demo $(if $(ONCE),--once)

test:
	@deploy/setup.sh develop
	@$(python) -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

# The same tests, which take twice as long where the lines and branches that they reach are counted.
coverage:
	@$(MAKE) --no-print-directory test ARGS="--cov --cov-report=term:skip-covered $(ARGS)"

lint:
	@deploy/setup.sh develop
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format:
	@deploy/setup.sh develop
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

lock:
	@deploy/lock.sh

bench-forms:
	@deploy/setup.sh develop
	@$(python) -m tests.forms.bench

soak:
	@deploy/setup.sh develop
	@$(python) -m tests.forms.soak

bench-inbox:
	@deploy/setup.sh develop
	@$(python) -m tests.integration.mail.bench
	@$(python) -m tests.integration.mail.latency

faults-inbox:
	@deploy/setup.sh develop
	@$(python) -m tests.integration.mail.killing

bench-classifier:
	@deploy/setup.sh develop
	@$(python) -m classifiers.bench

faults:
	@deploy/setup.sh develop
	@$(python) -m tests.faults.storm $(ARGS)

scale:
	@deploy/setup.sh develop
	@$(python) -m tests.scale.day $(ARGS)

bench-farm:
	@deploy/setup.sh develop
	@$(python) -m tests.scale.bench $(ARGS)
