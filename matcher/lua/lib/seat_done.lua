-- include: now
-- include: due
-- include: seat_to
-- include: seat_free
-- The seat's call is over: wrap-up if it has any, and what was asked for meanwhile comes after that.
local function seat_done(seat)
  local row = free_row(seat)
  if row.wrap_ms > 0 and row.after ~= 'offline' then
    seat_to(seat, 'serving', 'wrap_up', '', now + row.wrap_ms, '')
    due(now + row.wrap_ms, 'wrap', seat)
  else
    seat_free(seat, 'serving', nil, row)
  end
end
