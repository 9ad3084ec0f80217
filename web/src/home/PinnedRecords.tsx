import { PushpinOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Link } from 'react-router';
import { NO_HABITS, useHabits, useKeepHabits } from '@/api/habits';
import { useModel } from '@/api/metadata';
import { useLabel, useTexts } from '@/i18n';
import { useFeedback } from '@/ui/feedback';
import { ObjectIcon } from '@/ui/objectIcon';
import { Panel } from './Panel';
import { homeTexts } from './texts';

/** The records that this person pinned; without any the block is not there. */
export function PinnedRecords() {
  const t = useTexts(homeTexts);
  const label = useLabel();
  const model = useModel();
  const habits = useHabits();
  const keep = useKeepHabits();
  const { failed } = useFeedback();
  const pins = (habits.data ?? NO_HABITS).pins.filter((pin) => model.object(pin.object));
  if (pins.length === 0) return null;
  return (
    <Panel title={t('pinned')} loading={habits.isPending} error={habits.error} onRetry={() => void habits.refetch()}>
      <ul className="panel-list">
        {pins.map((pin) => (
          <li key={`${pin.object}-${pin.id}`} className="recent">
            <span className="recent-icon" title={label(model.object(pin.object)?.label)}><ObjectIcon icon={model.object(pin.object)?.icon} /></span>
            <Link to={`/o/${pin.object}/${pin.id}`} className="row-name">{pin.name ?? `#${pin.id}`}</Link>
            <span className="row-detail">{label(model.object(pin.object)?.label)}</span>
            <Button type="text" size="small" icon={<PushpinOutlined />} aria-label={t('unpin', { name: pin.name ?? '' })} title={t('unpin', { name: pin.name ?? '' })} onClick={() => { keep.unpin(pin.object, pin.id).catch(failed); }} />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
