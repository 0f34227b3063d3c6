-- Since when a ticket has waited, moved on by what was no waiting: calls that came to nothing, the time of a callback.
local function waits_since(from, before)
  return string.format('%.0f', from - (tonumber(before) or 0))
end
