"""Wrong answers that students really give in unit 7, and what a teacher says."""
