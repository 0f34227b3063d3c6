-- include: now
-- Milliseconds a ticket has waited in all, calls that came to nothing not counted.
local function waited(before, from)
  return (tonumber(before) or 0) + math.max(0, now - (tonumber(from) or now))
end
