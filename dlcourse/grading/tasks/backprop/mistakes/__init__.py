"""The wrong answers that students really give in unit 3, with the sentence for each."""
