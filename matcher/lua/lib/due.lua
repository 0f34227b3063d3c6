-- include: keys
-- Ask the sweeper to come back at `at_ms`; a member is `kind|id`, and the latest time given counts.
local function due(at_ms, kind, id)
  call('ZADD', PREFIX .. 'due', at_ms, kind .. '|' .. id)
end
