"""The evaluation that participants give of the programme, and anonymous figures about the service."""
