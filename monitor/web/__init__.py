"""The pages: for now those on which people answer alerts."""
