"""The wrong answers that students really give in unit 4, with the sentence for each."""
