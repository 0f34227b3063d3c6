-- include: keys
-- A seat with room for several tickets at once has as many places: `S`, `S~2`, `S~3` ..., each a seat of its own with
-- its own state, reservation and lease. What the agent does counts for all of them.
local function each_place(seat, act, capacity)
  act(seat)
  for place = 2, tonumber(capacity or call('HGET', key('seat', seat), 'capacity') or 1) do
    act(seat .. '~' .. place)
  end
end
