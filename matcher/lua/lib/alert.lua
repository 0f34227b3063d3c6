-- include: keys
-- include: emit
-- include: count
-- Tell idle part-time seats that a ticket may be claimed; silence costs them nothing.
local ALERTED_MAX = 50

local function alert(ticket, lane)
  if call('EXISTS', PREFIX .. 'part_heads') == 0 then
    return
  end
  local seats = {}
  if string.byte(lane) == 64 then -- '@'
    local seat = call('HGET', key('lane', lane), 'seat')
    local state, duty = unpack(call('HMGET', key('seat', seat), 'state', 'duty'))
    seats = state == 'idle' and duty == 'part' and { seat } or {}
  else
    for _, profile in ipairs(call('ZINTER', 2, key('cp', lane), PREFIX .. 'part_heads')) do
      for _, seat in ipairs(call('ZRANGE', key('idle', profile), 0, ALERTED_MAX - #seats - 1)) do
        seats[#seats + 1] = seat
      end
      if #seats >= ALERTED_MAX then
        break
      end
    end
  end
  if #seats > 0 then
    call('HSET', key('ticket', ticket), 'alerted', 1)
    emit('seats_alerted', 'ticket', ticket, 'seats', table.concat(seats, ','))
    count('alerted')
  end
end
