last  = "b.auto.tfvars"
rules = { api = { port = "8080" } }
