-- What a script may see inside the server; everything else is its own local.
std = "lua51"
globals = {"redis", "KEYS", "ARGV", "cjson", "cmsgpack", "struct", "bit", "server"}
max_line_length = 120
unused = true
