"""Parts that pages share: words, dates, errors, form fields."""
