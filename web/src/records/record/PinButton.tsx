import { PushpinFilled, PushpinOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect } from 'react';
import { NO_HABITS, noteOpened, useHabits, useKeepHabits } from '@/api/habits';
import { keys } from '@/api/keys';
import { useQueryClient } from '@tanstack/react-query';
import { useSession } from '@/api/session';
import { useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { recordTexts } from './texts';

/** Pins the record to the person's home page. */
export function PinButton({ object, id, name }: { object: string; id: string; name: string }) {
  const t = useTexts(recordTexts);
  const habits = useHabits().data ?? NO_HABITS;
  const keep = useKeepHabits();
  const { failed } = useFeedback();
  const on = habits.pins.some((pin) => pin.object === object && pin.id === id);
  const text = t(on ? 'unpin' : 'pin');
  return (
    <Button
      icon={on ? <PushpinFilled style={{ color: 'var(--primary)' }} /> : <PushpinOutlined />} aria-label={text} title={text} aria-pressed={on}
      onClick={() => { (on ? keep.unpin(object, id) : keep.pin(object, id, name)).catch(failed); }}
    />
  );
}

/** Remembers that the person has opened the record. It is no harm when that fails: nothing else hangs on it. */
export function useOpened(object: string, id: string): void {
  const client = useQueryClient();
  const viewing = Boolean(useSession().data?.viewed_by);
  useEffect(() => {
    if (viewing) return;
    noteOpened(object, id).then(() => client.invalidateQueries({ queryKey: keys.recent }), () => undefined);
  }, [client, object, id, viewing]);
}
