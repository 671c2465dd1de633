"""The Streamlit panel, a skin over services."""
