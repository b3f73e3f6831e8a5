"""The wrong answers that students really give in unit 5, with the sentence for each."""
