"""The floors of ``dlcourse``: which modules at its top are on which; all others are on floor 1."""

FLOOR_0 = {"backend", "checks"}
FLOOR_2 = {"grading", "figures", "course", "notebooks", "site", "ledger"}
FLOOR_3 = {"cli", "options", "printing", "publishing", "revising", "__main__"}
