"""The parts that pages share: text, dates, errors and form fields."""
