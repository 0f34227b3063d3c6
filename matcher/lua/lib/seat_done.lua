-- include: now
-- include: due
-- include: seat_to
-- include: seat_free
-- The seat's call is over: wrap-up if it has any, and what was asked for meanwhile comes after that.
local function seat_done(seat)
  local row = free_row(seat)
  if tonumber(row[5]) > 0 and row[3] ~= 'offline' then
    seat_to(seat, 'serving', 'wrap_up', '', now + row[5], '')
    due(now + row[5], 'wrap', seat)
  else
    seat_free(seat, 'serving', nil, row)
  end
end
