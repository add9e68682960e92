"""/team: who may do what, changed by tap; invitations, and those who come by them."""
