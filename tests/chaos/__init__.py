"""Everything breaks at random while requests are carried out; afterwards it is counted what was lost.

`python -m tests.chaos --seed 1 --rounds 100`. A round is one request of one operation, filed and approved
by people of local Slack. Rounds run in batches, several at once, on four kinds of site: one replica on
SQLite, one on PostgreSQL, three on PostgreSQL over HTTP and over Socket Mode. docs/chaos.md tells what is
broken and what is counted.
"""
