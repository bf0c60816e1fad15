package dev.lighter.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.lighter.container.ContainerSpec.Resources;
import dev.lighter.event.EventService;
import dev.lighter.kernel.cgroup.Cgroup;
import dev.lighter.kernel.cgroup.Cgroups;
import dev.lighter.launch.RunningContainer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.InOrder;

/** In which order a change of limits is recorded and made, and what comes of one that was left half done. */
class ContainerLimitsTest {
    private static final String ID = "c".repeat(64);
    private static final ResourceChange MORE_SHARES = new ResourceChange(
            null, null, null, null, null, null, 300L, null, null, null, null, null, null, null);

    private final ContainerService service = mock(ContainerService.class);
    private final ContainerStore store = mock(ContainerStore.class);
    private final Cgroups cgroups = mock(Cgroups.class);
    private final Cgroup group = mock(Cgroup.class);
    private final RunningContainer running = mock(RunningContainer.class);
    private final ContainerLimits limits = new ContainerLimits(service, store, cgroups);
    private final ContainerSpec before = EtcFilesTest.spec("default", List.of(), List.of(), List.of());
    private final ContainerSpec after = before.with(
            new Resources(0, 0, 0, 0, 0, 0, 300, "", "", null, List.of()), before.supervision());
    private final Container container = new Container(new ContainerView(ID, "one", before, ContainerState.created()));

    @BeforeEach
    void runs() {
        ContainerRegistry registry = new ContainerRegistry();
        registry.reserve("one", ID);
        registry.add(container);
        when(service.registry()).thenReturn(registry);
        when(service.events()).thenReturn(new ContainerEvents(mock(EventService.class)));
        when(running.cgroup()).thenReturn(Optional.of(group));
        container.running = running;
    }

    @Test
    void aChangeIsRecordedAsWantedThenMadeThenRecordedAsDone() throws IOException {
        limits.update("one", MORE_SHARES);

        InOrder order = inOrder(store, group);
        order.verify(store).intend(ID, after);
        order.verify(group).limit(ResourceLimits.of(before.resources()), ResourceLimits.of(after.resources()));
        order.verify(store).respecify(ID, after);
        assertThat(container.spec).isEqualTo(after);
    }

    @Test
    void aChangeThatTheKernelRefusesIsRecordedAsNeverWanted() throws IOException {
        doThrow(new IOException("in use")).when(group).limit(any(), any());

        assertThatThrownBy(() -> limits.update("one", MORE_SHARES)).hasMessageContaining("in use");

        verify(store).respecify(ID, before);
        verify(store, never()).respecify(ID, after);
        assertThat(container.spec).isEqualTo(before);
    }

    @Test
    void whatDoesNotRunIsOnlyRecorded() throws IOException {
        container.running = null;

        limits.update("one", MORE_SHARES);

        verify(store, never()).intend(any(), any());
        verify(group, never()).limit(any(), any());
        verify(store).respecify(ID, after);
    }

    @Test
    void aChangeThatAnEarlierEngineBeganIsFinished() throws IOException {
        limits.finish(container, after);

        verify(group).limit(ResourceLimits.of(before.resources()), ResourceLimits.of(after.resources()));
        verify(store).respecify(ID, after);
        assertThat(container.spec).isEqualTo(after);
    }

    @Test
    void aChangeThatAnEarlierEngineBeganAndTheKernelRefusesIsForgotten() throws IOException {
        doThrow(new IOException("in use")).when(group).limit(any(), any());

        limits.finish(container, after);

        verify(store).respecify(ID, before);
        assertThat(container.spec).isEqualTo(before);
    }
}
