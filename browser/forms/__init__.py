"""PageSnapshot to FormPlan: which form, what each control means, what goes in it. Pure."""
