import { Tag, Tooltip } from 'antd';

/** A small mark beside a record that is not among those which are meant in the first place: whose it is. */
export function BeyondTag({ mark, title }: { mark: string; title: string }) {
  return (
    <Tooltip title={title}>
      <Tag className="beyond-tag">{mark || title}</Tag>
    </Tooltip>
  );
}
