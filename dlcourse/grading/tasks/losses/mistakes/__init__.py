"""The wrong answers that students really give in unit 2, with the sentence for each."""
