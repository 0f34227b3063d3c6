-- include: keys
-- A seat with room for several tickets at once has as many places: `S`, `S~2`, `S~3` ..., each a seat of its own with
-- its own state, reservation and lease. What the agent does counts for all of them.
local function each_place(seat, act)
  local capacity = tonumber(call('HGET', key('seat', seat), 'capacity') or 1)
  act(seat)
  for place = 2, capacity do
    act(seat .. '~' .. place)
  end
end
