-- include: keys
-- A seat as the caller gets it: its fields and its abilities; false when there is none.
local function seat_row(seat)
  local fields = call('HGETALL', key('seat', seat))
  for i = 1, #fields, 2 do
    if fields[i] == 'profile' then
      return { seat, fields, call('HGET', key('profile', fields[i + 1]), 'able') }
    end
  end
  return false
end
