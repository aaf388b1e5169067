"""The parts that pages share: words, dates, errors and form fields."""
