-- include: keys
-- A seat as the caller gets it: its fields and its abilities; false when there is none.
local function seat_row(seat)
  local fields = call('HGETALL', key('seat', seat))
  if #fields == 0 then
    return false
  end
  local profile = call('HGET', key('seat', seat), 'profile')
  return { seat, fields, call('HGET', key('profile', profile), 'able') }
end
