"""The wrong answers that students really give in unit 1, with the sentence for each."""
